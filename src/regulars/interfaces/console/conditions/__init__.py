"""The form of condition trees: the fourth way to say one tree, beside Python, SQL and words.

A page reads the tree from its form (`reading`), lets a button change it (`acts`), asks what is wrong (`checking`), and
shows it again (`showing`). Nothing in here knows what the conditions are for: `offers` says what can be asked.
"""
