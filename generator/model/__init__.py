"""What travels between the stages: frozen dataclasses, standard library only."""
