"""The plan map (管理構想図) as a print layout.

``content`` reads the plan, ``layers`` makes the map layers, ``numbers`` places number plates, ``view`` chooses
scale and places, ``sheet`` draws on paper, ``printed`` puts all of it together. Lengths are millimetres of
the A3 design; A0 multiplies them. It works the same in the window and in batch.
"""
