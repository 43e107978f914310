"""How the statements of docs/paper_statements.json are judged: tools/verify_paper.

Each module of checks has functions marked with the ids of the statements they answer (answers.check). A function takes
the runs (worlds.Worlds) and returns our value (answers.Answer); judge.py compares it with what is published.
"""
