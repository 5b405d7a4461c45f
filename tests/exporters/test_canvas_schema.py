"""Items for Canvas and plain QTI 1.2 are valid by the official schema, which is looked for and not shipped."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Heading, Options

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = Path(os.environ.get("MARKSCHEME_SCHEMAS", ROOT.parent / "shared" / "schemas"))
SCHEMA = SCHEMAS / "qti1p2" / "ims_qtiasiv1p2.xsd"

pytestmark = pytest.mark.skipif(not SCHEMA.is_file(), reason="the official schemas are not here")


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def banks():
    yield read_bank(SHIPPED / "deep_learning")
    yield read_bank(ROOT / "tests" / "types")


@pytest.mark.parametrize("name", ["canvas", "qti12"])
def test_every_document_is_valid(name, schema):
    form = FORMATS.get(name)
    wrong, seen = [], 0
    for bank in banks():
        pieces = []
        writer = form.writer(pieces.append, Heading(bank=bank.id, title=bank.title, paper=bank.paper), Options())
        for question in bank.questions:
            for variant in Sampler(question, bank.spec.seed).variants(2, form.target):
                if not list(form.refusals(variant)):
                    writer.add(variant)
        writer.finish()
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            for member in archive.namelist():
                content = archive.read(member)
                if b"<questestinterop" in content[:200]:
                    seen += content.count(b"<item ")
                    if not schema.validate(etree.fromstring(content)):
                        wrong.append(f"{member}: {schema.error_log[0].message}")
    assert wrong == []
    assert seen > 100
