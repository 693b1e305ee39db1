"""Proof from outside: is what a server gives still what was signed, and does it refuse the rest?"""
