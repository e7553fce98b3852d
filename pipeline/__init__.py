"""Claim records from Chinese and English biomedical review papers: who acts on what, and where the PDF says so."""
