"""Cases of faulty sites, written as Markdown, with the codes expected at their places."""
