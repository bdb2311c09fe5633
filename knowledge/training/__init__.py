"""How the sentence model in `knowledge/model` was made: multilingual knowledge distillation (Reimers & Gurevych 2020).

A packaged English model is the teacher. The student starts from it, gets German tokens, and learns to give a German
sentence the vector that the teacher gives to its English twin. See `knowledge/model/README.md` for data and figures.
"""
