"""Text in TeX's letters: ASCII alone, so that it sets in every document, and none of it a command."""

from unicodedata import decomposition, normalize

MISSING = "netchar"
"""The command for a character that pdfTeX has no letter for; takes both halves of its number."""

_SPECIAL = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "'": "\\textquotesingle{}",
    "`": "\\`{}",
    '"': "\\textquotedbl{}",
}

_TEXT = {
    "\u00a0": "~",
    "×": "\\texttimes{}",
    "÷": "\\textdiv{}",
    "−": "\\textminus{}",
    "±": "\\textpm{}",
    "·": "\\textperiodcentered{}",
    "•": "\\textbullet{}",
    "…": "\\textellipsis{}",
    "–": "\\textendash{}",
    "—": "\\textemdash{}",
    "\u2011": "-",
    "‘": "\\textquoteleft{}",
    "’": "\\textquoteright{}",
    "“": "\\textquotedblleft{}",
    "”": "\\textquotedblright{}",
    "«": "\\guillemotleft{}",
    "»": "\\guillemotright{}",
    "¹": "\\textonesuperior{}",
    "²": "\\texttwosuperior{}",
    "³": "\\textthreesuperior{}",
    "½": "\\textonehalf{}",
    "¼": "\\textonequarter{}",
    "¾": "\\textthreequarters{}",
    "°": "\\textdegree{}",
    "µ": "\\textmu{}",
    "§": "\\S{}",
    "¶": "\\P{}",
    "©": "\\textcopyright{}",
    "®": "\\textregistered{}",
    "™": "\\texttrademark{}",
    "€": "\\texteuro{}",
    "£": "\\pounds{}",
    "†": "\\dag{}",
    "‡": "\\ddag{}",
    "¡": "\\textexclamdown{}",
    "¿": "\\textquestiondown{}",
    "ß": "\\ss{}",
    "æ": "\\ae{}",
    "Æ": "\\AE{}",
    "ø": "\\o{}",
    "Ø": "\\O{}",
    "œ": "\\oe{}",
    "Œ": "\\OE{}",
    "ł": "\\l{}",
    "Ł": "\\L{}",
    "ı": "\\i{}",
    "đ": "\\dj{}",
    "Đ": "\\DJ{}",
    "þ": "\\th{}",
    "Þ": "\\TH{}",
    "ð": "\\dh{}",
    "Ð": "\\DH{}",
}

_MATH = {
    "→": "\\rightarrow",
    "←": "\\leftarrow",
    "↔": "\\leftrightarrow",
    "↑": "\\uparrow",
    "↓": "\\downarrow",
    "⇒": "\\Rightarrow",
    "≤": "\\leq",
    "≥": "\\geq",
    "≠": "\\neq",
    "≈": "\\approx",
    "∞": "\\infty",
    "∑": "\\sum",
    "∏": "\\prod",
    "√": "\\surd",
    "∈": "\\in",
    "∂": "\\partial",
    "∇": "\\nabla",
    "⊕": "\\oplus",
    "⊗": "\\otimes",
    "⊙": "\\odot",
    "∘": "\\circ",
    "¬": "\\neg",
    "⌈": "\\lceil",
    "⌉": "\\rceil",
    "⌊": "\\lfloor",
    "⌋": "\\rfloor",
    "′": "'",
    "Γ": "\\Gamma",
    "Δ": "\\Delta",
    "Θ": "\\Theta",
    "Λ": "\\Lambda",
    "Ξ": "\\Xi",
    "Π": "\\Pi",
    "Σ": "\\Sigma",
    "Υ": "\\Upsilon",
    "Φ": "\\Phi",
    "Ψ": "\\Psi",
    "Ω": "\\Omega",
    **dict(
        zip(
            "αβγδεζηθικλμνξπρςστυφχψω",
            [
                "\\alpha",
                "\\beta",
                "\\gamma",
                "\\delta",
                "\\varepsilon",
                "\\zeta",
                "\\eta",
                "\\theta",
                "\\iota",
                "\\kappa",
                "\\lambda",
                "\\mu",
                "\\nu",
                "\\xi",
                "\\pi",
                "\\rho",
                "\\varsigma",
                "\\sigma",
                "\\tau",
                "\\upsilon",
                "\\varphi",
                "\\chi",
                "\\psi",
                "\\omega",
            ],
            strict=True,
        )
    ),
    **{chr(0x2080 + n): f"_{n}" for n in range(10)},
    **{chr(0x2070 + n): f"^{n}" for n in (0, *range(4, 10))},
    "ⁿ": "^n",
    "ᵢ": "_i",
}

_ACCENTS = {
    "\u0300": "\\`",
    "\u0301": "\\'",
    "\u0302": "\\^",
    "\u0303": "\\~",
    "\u0304": "\\=",
    "\u0306": "\\u",
    "\u0307": "\\.",
    "\u0308": '\\"',
    "\u030a": "\\r",
    "\u030b": "\\H",
    "\u030c": "\\v",
    "\u0327": "\\c",
    "\u0328": "\\k",
}


def tex_text(text: str) -> str:
    """A line of text for TeX."""
    text = normalize("NFC", text)
    said = [_letter(char) for char in text]
    for k, char in enumerate(text[1:], 1):
        if char == text[k - 1] and char in "-<>,":
            said[k] = "{}" + said[k]  # together they would be another letter: -- a dash
    return "".join(said)


def _letter(char: str) -> str:
    if " " <= char <= "~":
        return _SPECIAL.get(char, char)
    if known := _TEXT.get(char):
        return known
    if known := _MATH.get(char):
        return f"\\ensuremath{{{known}}}"
    parts = decomposition(char).split()
    if len(parts) == 2 and not parts[0].startswith("<"):
        base, accent = chr(int(parts[0], 16)), _ACCENTS.get(chr(int(parts[1], 16)))
        if accent and base.isascii() and base.isalpha():
            return f"{accent}{{{base}}}"
    digits = f"{ord(char):04X}"
    half = (len(digits) + 1) // 2
    return f"\\{MISSING}{{{digits[:half]}}}{{{digits[half:]}}}"


def missing_character() -> str:
    """The lines that define :data:`MISSING`: a box, as wide as a Chinese letter, with the number in it."""
    return (
        "  % pdfTeX has no letter for some characters: their numbers, in hexadecimal, stand in boxes.\n"
        '  % With XeLaTeX or LuaLaTeX, and a font that has them, make it \\char"#1#2\\relax.\n'
        f"  \\def\\{MISSING}#1#2{{\\begingroup\\dimen0=\\fontdimen6\\font\n"
        "    \\fontsize{.44\\dimen0}{.44\\dimen0}\\selectfont\\fboxsep=.05\\dimen0\\fboxrule=.03\\dimen0\n"
        "    \\raise.02\\dimen0\\hbox to \\dimen0{\\hss\\fbox{\\vbox{\\offinterlineskip\\hbox{#1}\n"
        "      \\kern.06\\dimen0\\hbox{#2}}}\\hss}\\endgroup}"
    )
