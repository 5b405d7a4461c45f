"""Preview: a bank as one page, to look at and to try out before anything is imported anywhere.

It is no format: nothing reads it back. So nothing is registered here, and nothing imported.
"""
