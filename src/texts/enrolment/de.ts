import type { EnrolmentTexts } from './texts.ts'

export const de: EnrolmentTexts = {
  'call-proven': 'Vielen Dank. Dieses Telefon ist für die Anmeldung eingerichtet. Auf Wiederhören.',
  'setup-mail-adds-nothing':
    'Mit einem Code per E-Mail lässt sich nichts hinzufügen, weil ein Postfach sich oft mit demselben Passwort öffnet. Rufen Sie {helpdesk} an: Dort erhalten Sie einen Code.',
  'setup-strengthened-lately':
    'Mit einem Anruf, einer SMS oder einem Wiederherstellungscode können Sie innerhalb von 24 Stunden nur einen stärkeren Weg zur Anmeldung hinzufügen, und das haben Sie bereits getan. Versuchen Sie es morgen wieder, oder bestätigen Sie mit Ihrer App.',
  'setup-too-weak':
    'Bestätigen Sie dies mit etwas, das mindestens so sicher ist wie das, was Sie ändern möchten, zum Beispiel mit dem Code Ihrer App.',
  'setup-last-one':
    'Dies ist Ihr einziger Weg zur Anmeldung. Fügen Sie zuerst einen anderen hinzu.',
  'setup-phone-invalid':
    'Diese Telefonnummer ist nicht erreichbar. Schreiben Sie sie mit der Ländervorwahl, zum Beispiel +31 6 12345678.',
  'setup-not-offered':
    'Dies kann hier nicht eingerichtet werden. Wählen Sie einen anderen Weg, oder rufen Sie {helpdesk} an.',
  'setup-there-already':
    'Sie haben bereits einen Weg zur Anmeldung, deshalb wurde nichts hinzugefügt. Melden Sie sich damit neu an. Wenn Sie ihn nicht mehr haben, rufen Sie {helpdesk} an.',
  'setup-gone': 'Dies ist nicht mehr vorhanden. Sehen Sie sich die Liste noch einmal an.',
  'setup-ended':
    'Es hat zu lange gedauert, oder es wurde anderswo abgeschlossen. Es wurde nichts geändert. Beginnen Sie neu.',
  'setup-tries-used':
    'Es waren zu viele falsche Codes. Es wurde nichts geändert. Beginnen Sie neu.',
  'setup-passkey-wrong':
    'Dieser Passkey konnte nicht hinzugefügt werden. Es wurde nichts geändert. Beginnen Sie von vorn, oder wählen Sie einen anderen Weg.',
  'setup-reported':
    'An diesem Telefon wurde gemeldet, dass dies nicht gewünscht ist. Es wurde nichts geändert. Rufen Sie {helpdesk} an.',
  'proof-ended':
    'Dieser Code ist falsch oder nicht mehr gültig. Rufen Sie {helpdesk} an, um einen neuen zu erhalten.',
  'proof-unsure':
    'Wir haben gerade den Server gewechselt. Warten Sie eine Minute und melden Sie sich dann mit demselben Code erneut an.',
  'paper-title': 'Richten Sie Ihr Telefon für die Anmeldung ein',
  'paper-for': 'Für {name}. Bitte geben Sie diese Seite nicht weiter.',
  'paper-open': 'Öffnen Sie {portal} am Computer oder am Telefon, oder scannen Sie dieses Bild.',
  'paper-sign-in': 'Melden Sie sich als {user} mit Ihrem Passwort an.',
  'paper-type': 'Geben Sie diesen Code ein:',
  'paper-until': 'Der Code gilt einmal, bis {until}, und nur mit Ihrem Passwort.',
  'remind-subject': 'Richten Sie bis {until} Ihr Telefon für die Anmeldung ein',
  'remind-why':
    'Bis {until} genügt Ihr Passwort, um sich anzumelden. Danach brauchen Sie zusätzlich ein Telefon, eine App oder ein Token, und Sie haben noch nichts davon eingerichtet.',
  'remind-how':
    'Öffnen Sie {portal} in Ihrem Browser, und melden Sie sich mit Ihrem Passwort an. Das Einrichten dauert wenige Minuten.',
  'remind-help':
    'Bei Fragen rufen Sie hier an: {helpdesk}. Geben Sie Ihr Passwort oder einen Code niemals weiter.',
}
