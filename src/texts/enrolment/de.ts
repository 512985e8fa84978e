import type { EnrolmentTexts } from './texts.ts'

export const de: EnrolmentTexts = {
  'call-proven': 'Vielen Dank. Dieses Telefon ist für die Anmeldung eingerichtet. Auf Wiederhören.',
  'setup-mail-adds-nothing':
    'Mit einem Code per E-Mail lässt sich nichts hinzufügen, weil ein Postfach sich oft mit demselben Passwort öffnet. Rufen Sie {helpdesk} an: Dort erhalten Sie einen Code.',
  'setup-strengthened-lately':
    'Mit einem Anruf, einer SMS oder einem Wiederherstellungscode können Sie innerhalb von 24 Stunden eine stärkere Möglichkeit hinzufügen, und das haben Sie bereits getan. Versuchen Sie es morgen wieder, oder bestätigen Sie mit Ihrer App.',
  'setup-too-weak':
    'Bestätigen Sie dies mit etwas, das mindestens so sicher ist wie das, was Sie ändern möchten, zum Beispiel mit dem Code Ihrer App.',
  'setup-last-one':
    'Dies ist Ihre einzige Möglichkeit, sich anzumelden. Fügen Sie zuerst eine andere hinzu.',
  'setup-phone-invalid':
    'Diese Telefonnummer ist nicht erreichbar. Schreiben Sie sie mit der Ländervorwahl, zum Beispiel +31 6 12345678.',
  'setup-not-offered':
    'Dies kann hier nicht eingerichtet werden. Wählen Sie eine andere Möglichkeit, oder rufen Sie {helpdesk} an.',
  'setup-there-already':
    'Sie haben bereits eine Möglichkeit, sich anzumelden; es wurde nichts hinzugefügt. Melden Sie sich damit neu an. Wenn Sie sie nicht mehr haben, rufen Sie {helpdesk} an.',
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
}
