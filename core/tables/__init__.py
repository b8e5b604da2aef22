"""Reading tables as people send them (text and workbooks) from bytes handed in: whole, or refused in one sentence."""
