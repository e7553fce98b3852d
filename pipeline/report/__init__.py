"""A run as a folder that opens in any browser: claims beside the pages that they came from.

`make.write` reads records and PDFs and writes the folder; `data` is what its pages show, `assets/` the pages
themselves. Nothing is imported here, since the process that draws (`child`) is to start at once.
"""
