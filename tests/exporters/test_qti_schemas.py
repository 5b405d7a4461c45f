"""Packages of the whole shipped bank, against the official schemas.

The schemas are not ours to ship. They are looked for in MARKSCHEME_SCHEMAS, else in `shared/schemas` beside the
project; the tests say so where they are not there.
"""

import io
import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters.format import Heading
from markscheme.exporters.qti.dialects import QTI21, QTI22, QTI30
from markscheme.exporters.qti.package import QtiWriter

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = Path(os.environ.get("MARKSCHEME_SCHEMAS", ROOT.parent / "shared" / "schemas"))
DIALECTS = (QTI21, QTI22, QTI30)

pytestmark = pytest.mark.skipif(not (SCHEMAS / "catalog.xml").is_file(), reason="the official schemas are not here")


class Local(etree.Resolver):
    """Opens the files of the catalog in the place of addresses, and nothing else."""

    def __init__(self) -> None:
        catalog = etree.parse(str(SCHEMAS / "catalog.xml"))
        entries = [entry for entry in catalog.iter() if isinstance(entry.tag, str)]
        self.files = {
            one.get("systemId") or one.get("name"): SCHEMAS / one.get("uri") for one in entries if one.get("uri")
        }

    def resolve(self, url, public_id, context):
        return self.resolve_filename(str(self.files[url]), context) if url in self.files else None


@pytest.fixture(scope="module")
def schema():
    resolver = Local()
    made = {}

    def get(address: str) -> etree.XMLSchema:
        if address not in made:
            parser = etree.XMLParser(no_network=True)
            parser.resolvers.add(resolver)
            made[address] = etree.XMLSchema(etree.parse(str(resolver.files[address]), parser))
        return made[address]

    return get


@pytest.fixture(scope="module", params=DIALECTS, ids=lambda dialect: dialect.name)
def package(request):
    bank = read_bank(SHIPPED / "deep_learning")
    stream = io.BytesIO()
    writer = QtiWriter(stream.write, Heading(bank=bank.id, title=bank.title, paper=bank.paper), request.param)
    for question in bank.questions:
        for variant in Sampler(question, bank.spec.seed).variants(2, request.param.target):
            writer.add(variant)
    writer.finish()
    return request.param, zipfile.ZipFile(stream)


def test_every_document_of_the_shipped_bank_is_valid(package, schema):
    dialect, archive = package
    wrong = []
    names = [name for name in archive.namelist() if name.endswith(".xml")]
    assert len(names) > 90
    for name in names:
        checker = schema(dialect.manifest_schema if name == "imsmanifest.xml" else dialect.schema)
        if not checker.validate(etree.fromstring(archive.read(name))):
            wrong.append(f"{name}: {checker.error_log[0].message}")
    assert wrong == []


def test_the_schema_finds_what_is_wrong(package, schema):
    dialect, archive = package
    name = next(name for name in archive.namelist() if name.startswith("items/conv2d"))
    root = etree.fromstring(archive.read(name))
    root.append(etree.SubElement(root, f"{{{dialect.namespace}}}surprise"))
    assert not schema(dialect.schema).validate(root)
