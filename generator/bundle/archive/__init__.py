"""The transfer package (移交档案包): a year's disclosures for the archive, and checking one.

The one stage behind the door that gets more than an edition: what the archive files is the record
itself. It writes into one private file and nowhere else (docs/architecture.md).
"""
