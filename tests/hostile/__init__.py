"""Files made to harm whoever reads them: each ends in rows or a sentence, within seconds and bounded memory."""
