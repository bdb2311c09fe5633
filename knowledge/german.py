"""The problems of problems.py in German: code -> what to say, how to mend it. The same codes, the same values."""

from __future__ import annotations

_SLUG = "Erlaubt sind Kleinbuchstaben ohne Umlaute, Ziffern, - und _."
GERMAN: dict[str, tuple[str, str]] = {
    # the folder and its files
    "folder-missing": ("Der Ordner der Artikel fehlt.", "Legen Sie {folder}/ an."),
    "folder-empty": ("Es gibt keine Artikel.", "Legen Sie unter de/ einen an und unter en/ sein Gegenstück."),
    "file-large": ("Die Datei ist größer als {limit} KiB.", "Teilen Sie sie in mehrere Artikel auf."),
    "file-encoding": ("Die Datei ist kein Text in UTF-8.", "Speichern Sie sie mit der Kodierung UTF-8."),
    "file-special": ("Das ist keine gewöhnliche Datei.", "Entfernen Sie sie oder legen Sie eine Textdatei ab."),
    "file-link": ("Symbolischen Links wird nicht gefolgt.", "Legen Sie die Datei selbst hier ab."),
    "file-ending": (
        "Die Datei wird nicht gelesen: Ihr Name endet nicht auf .md.",
        "Benennen Sie sie um oder legen Sie sie woanders ab.",
    ),
    "file-unreadable": ("Die Datei lässt sich nicht lesen: {reason}.", "Prüfen Sie die Datei und ihre Rechte."),
    "hidden-characters": (
        "Hier stehen unsichtbare Zeichen: {codes}.",
        "Löschen Sie sie; tippen Sie die Zeile notfalls neu.",
    ),
    "body-empty": ("Der Artikel hat keinen Text.", "Schreiben Sie die Antwort unter den Kopf der Datei."),
    "unfinished": ("Hier ist noch etwas auszufüllen: {place}", "Schreiben Sie es hin, ohne die Zeichen >> und <<."),
    "merge-conflict": (
        "Hier wurde eine Zusammenführung nicht entschieden.",
        "Behalten Sie eine der Fassungen, ohne die Zeichen von Git.",
    ),
    # front matter
    "front-missing": ("Am Anfang der Datei fehlt der Kopf.", "Die erste Zeile muss `---` lauten."),
    "front-open": ("Der Kopf der Datei hat kein Ende.", "Schließen Sie ihn mit einer Zeile `---` ab."),
    "front-empty": ("Der Kopf der Datei enthält keine Felder.", "Schreiben Sie je Zeile ein `name: wert`."),
    "yaml": (
        "Der Kopf der Datei ist kein gültiges YAML: {reason}.",
        "Setzen Sie Texte mit Sonderzeichen in doppelte Anführungszeichen; rücken Sie Listen um zwei Leerzeichen ein.",
    ),
    "yaml-tab": (
        "Hier steht ein Tabulator, wo Leerzeichen hingehören.",
        "Rücken Sie Listen um zwei Leerzeichen ein; über dem schließenden `---` steht kein Tabulator.",
    ),
    "yaml-colon": ("In einem Text steht ein Doppelpunkt.", "Setzen Sie den Text in doppelte Anführungszeichen."),
    "yaml-quote": (
        "Die Anführungszeichen, die hier beginnen, sind nicht geschlossen.",
        "Schließen Sie sie am Ende der Zeile.",
    ),
    "yaml-start": ("Ein Text darf nicht mit {sign} beginnen.", "Setzen Sie den Text in doppelte Anführungszeichen."),
    "yaml-line": (
        "Das ist weder ein Feld noch der Eintrag einer Liste.",
        "Schreiben Sie `name: wert` oder in einer Liste `  - ...`.",
    ),
    "yaml-comment": (
        "Was hinter dem # steht, ginge verloren.",
        "Setzen Sie den Text in doppelte Anführungszeichen.",
    ),
    "yaml-anchor": ("Anker und Verweise von YAML sind nicht erlaubt.", "Schreiben Sie den Text aus."),
    "yaml-tag": ("YAML-Tags sind nicht erlaubt.", "Entfernen Sie das Wort, das mit `!` beginnt."),
    "yaml-nested": ("In einer Liste steht eine weitere Liste oder ein Feld.", "Schreiben Sie hier einfachen Text."),
    "field-name": ("Der Name eines Feldes muss ein Wort sein.", "Schreiben Sie `name: wert`."),
    "field-repeated": ("`{name}` steht hier zum zweiten Mal.", "Behalten Sie eine der beiden Zeilen."),
    "field-shape": (
        "`{name}` muss ein Text oder eine Liste von Texten sein.",
        "Schreiben Sie `{name}: ...` oder darunter eine Liste.",
    ),
    "field-missing": ("`{name}` fehlt.", "Ergänzen Sie im Kopf der Datei eine Zeile `{name}: ...`."),
    "field-unknown": ("`{name}` ist kein Feld eines Artikels.", "Es gibt die Felder {known}."),
    "field-not-text": (
        "`{name}` muss ein einzelner Text sein, keine Liste.",
        "Schreiben Sie `{name}: ...` in eine Zeile.",
    ),
    "field-not-list": (
        "`{name}` muss eine Liste sein.",
        "Schreiben Sie `{name}:` und darunter je Zeile ein `  - ...`.",
    ),
    "field-id": (
        "`id` darf nicht `{value}` lauten.",
        "Erlaubt sind Kleinbuchstaben ohne Umlaute, Ziffern, - und _; die Datei heißt <Sprache>/<Ordner>/<id>.md.",
    ),
    "field-language": (
        "`language` darf nicht `{value}` lauten.",
        "In Dateien unter de/ steht `de`, in Dateien unter en/ steht `en`.",
    ),
    "field-choice": ("`{name}` darf nicht `{value}` lauten.", "Wählen Sie aus: {known}."),
    "field-title": (
        "`title` darf nicht `{value}` lauten.",
        "Schreiben Sie eine Zeile mit 1 bis {limit} Zeichen.",
    ),
    "field-owner": (
        "`owner` darf nicht `{value}` lauten.",
        "Nennen Sie die Person oder das Team, das den Artikel aktuell hält.",
    ),
    "field-day": ("`{name}` darf nicht `{value}` lauten.", "Schreiben Sie einen Tag wie 2026-01-31."),
    "field-days": ("`valid_until` liegt vor `valid_from`.", "Berichtigen Sie einen der beiden Tage."),
    "list-short": (
        "`{name}` hat {number} Einträge, mindestens {least} sind nötig.",
        "Ergänzen Sie welche; Beispielfragen klingen so, wie Besucher fragen.",
    ),
    "entry-wrapped": (
        "Hier geht der Eintrag einer Liste weiter.",
        "Beginnen Sie jeden Eintrag mit `- ` und lassen Sie ihn in einer Zeile.",
    ),
    "list-long": ("Ein Eintrag von `{name}` ist leer oder zu lang.", "Schreiben Sie 1 bis {limit} Zeichen."),
    "list-twice": ("`{name}` enthält „{value}“ doppelt.", "Entfernen Sie eines von beiden."),
    "list-ids": ("`{name}` enthält `{value}`; das ist keine id.", _SLUG),
    "list-choice": ("`{name}` enthält `{value}`.", "Erlaubt sind nur {known}; sonst lassen Sie die Zeile weg."),
    # the text
    "html": ("Im Text steht HTML.", "Verwenden Sie Markdown; für ein einzelnes < schreiben Sie `&lt;`."),
    "table": ("Im Text steht eine Tabelle.", "Besucher sähen ihre Striche; schreiben Sie eine Liste."),
    "mark-open": (
        "`**` oder ein Link ist nicht geschlossen.",
        "Schließen Sie ihn; in der Adresse eines Links stehen keine Leerzeichen.",
    ),
    "front-twice": (
        "Hier steht ein zweiter Kopf.",
        "Jeder Artikel hat seine eigene Datei: Verschieben Sie ihn dorthin.",
    ),
    "image": ("Im Text steht ein Bild.", "Beschreiben Sie es in Worten oder verlinken Sie eine Seite, die es zeigt."),
    "link-target": (
        "Ein Link ist weder http(s), mailto, tel noch ein Pfad der eigenen Website.",
        "Verlinken Sie auf https://...",
    ),
    # all files together
    "id-taken": ("Die id `{id}` hat schon {other}.", "Geben Sie jedem Artikel eine eigene id."),
    "twin-missing": (
        "Das Gegenstück {twin} fehlt.",
        "Bis es geschrieben ist, bekommen Besucher die Antwort in der anderen Sprache.",
    ),
    "twin-differs": (
        "`{name}` weicht von {twin} ab.",
        "Beide Fassungen haben dieselben Angaben bei kind, topics, audience und buttons.",
    ),
    "twin-untranslated": (
        "Hat genau dieselben Fragen wie {twin}.",
        "Schreiben Sie Überschrift, Fragen und Text in der Sprache des Ordners.",
    ),
    "twin-validity": (
        "`{name}` weicht von {twin} ab.",
        "Lassen Sie beide Fassungen an denselben Tagen gelten, sonst fehlt eine Sprache.",
    ),
    "link-broken": ("`links` nennt `{id}`; diesen Artikel gibt es nicht.", "Berichtigen oder entfernen Sie die id."),
    "question-repeated": ("{other} hat dieselbe Frage.", "Behalten Sie sie in einem der beiden Artikel."),
    "expired": (
        "Der Artikel galt bis {day} und antwortet nicht mehr.",
        "Verlängern oder entfernen Sie ihn, samt seinem Gegenstück.",
    ),
    "expires-soon": (
        "Der Artikel antwortet nur noch bis {day}.",
        "Verlängern Sie ihn rechtzeitig oder lassen Sie ihn auslaufen.",
    ),
    "not-yet-valid": ("Der Artikel antwortet erst ab {day}.", "Wenn das so gemeint ist, ist nichts zu tun."),
    # the index made of them
    "found-elsewhere": (
        "Auf „{question}“ wird stattdessen {other} gefunden.",
        "Formulieren Sie die Frage um oder legen Sie die beiden Artikel zusammen.",
    ),
    "questions-lost": (
        "Wird fälschlich bei {number} von {total} Prüffragen mehr zuerst gefunden, etwa bei „{question}“ ({topic}).",
        "Grenzen Sie den Artikel in Überschrift und Fragen ab oder bessern Sie den Artikel zu {topic} nach.",
    ),
    "near-duplicate": (
        "Sagt fast dasselbe wie {other} ({share} gleich).",
        "Legen Sie die beiden zusammen oder sagen Sie in jedem, wofür der andere da ist.",
    ),
    "contradiction": (
        "Widerspricht vielleicht {other}:{other_line}: hier „{here}“, dort „{there}“.",
        "Gleichen Sie beide Angaben an oder sagen Sie, wofür jede gilt.",
    ),
    "twin-numbers": (
        "Nennt „{here}“, das Gegenstück {other}:{other_line} aber „{there}“.",
        "Lassen Sie beide Sprachen dasselbe sagen.",
    ),
    # publishing
    "held-back": (
        "Version {version} wurde zurückgenommen und wird zurückgehalten.",
        "Speichern Sie einen verbesserten Artikel oder veröffentlichen Sie sie dennoch: `kulanz knowledge publish`.",
    ),
    "questions-refused": (
        "Die Prüffragen lassen sich nicht lesen: {reason}.",
        "Berichtigen oder entfernen Sie diese Datei.",
    ),
    "publishing-failed": (
        "Das Veröffentlichen ist gescheitert: {reason}.",
        "Die bisherige Version antwortet weiter; beim nächsten Speichern und jede Minute wird es wieder versucht.",
    ),
}
