import type { PortalTexts } from './texts.ts'

export const de: PortalTexts = {
  'notice-subject': 'Eine Änderung an Ihrer Anmeldung',
  'notice-hello': 'Guten Tag {user},',
  'notice-added': 'Neuer Weg zur Anmeldung: {what}.',
  'notice-removed': 'Weg zur Anmeldung entfernt: {what}.',
  'notice-renamed': 'Weg zur Anmeldung umbenannt: {what}.',
  'notice-phone-changed': 'PIN oder zweite Nummer geändert: {what}.',
  'notice-default-changed': 'Es wurde geändert, wonach Sie zuerst gefragt werden.',
  'notice-password-changed': 'Ihr Passwort wurde geändert.',
  'notice-code-made':
    'Für Sie wurde ein Code erstellt, mit dem ein neuer Weg zur Anmeldung eingerichtet werden kann. Er gilt bis {until}.',
  'notice-unlocked': 'Ihre Anmeldung wurde entsperrt.',
  'notice-blocked': 'Ihre Anmeldung wurde gesperrt.',
  'notice-bypass-given': 'Ihr Passwort allein genügt für die Anmeldung, bis {until}.',
  'notice-bypass-ended': 'Ihr Passwort allein genügt für die Anmeldung nicht mehr.',
  'notice-reset': 'Alle Ihre Wege zur Anmeldung wurden entfernt.',
  'notice-recovery-code-used':
    'Mit einem Ihrer Wiederherstellungscodes wurden Ihre Anmeldeeinstellungen geöffnet.',
  'notice-phone-silent':
    'Eines Ihrer Telefone hat von Ihren letzten drei Anmeldungen keine gezeigt. Sie werden zuerst auf einem anderen Weg gefragt, bis Sie die Telefonseite darauf einmal öffnen.',
  'notice-prompts-paused':
    'Drei Anfragen zur Anmeldung bei {gateway} wurden nicht bestätigt. Bis {until} fragen wir von dort aus nicht mehr. Codes, die Sie eingeben, gelten weiter.',
  'notice-reported': 'Sie haben gemeldet, dass eine Anmeldung nicht von Ihnen war.',
  'notice-change-reported': 'Sie haben gemeldet, dass eine Änderung nicht von Ihnen war.',
  'notice-reported-prompts':
    'Anrufe und Nachrichten zur Anmeldung sind gestoppt, bis Ihr Helpdesk sie freigibt. Ändern Sie Ihr Passwort.',
  'notice-reported-account':
    'Sie können sich erst wieder anmelden, wenn Ihr Helpdesk Sie entsperrt.',
  'notice-more': 'Weitere Änderungen an Ihrer Anmeldung: {count}.',
  'notice-when': 'Wann: {when}',
  'notice-by-helpdesk': 'Das hat Ihr Helpdesk getan.',
  'notice-not-you': 'Wenn Sie das nicht waren, rufen Sie sofort hier an: {helpdesk}.',
  'notice-not-asked': 'Wenn Sie nicht darum gebeten haben, rufen Sie sofort hier an: {helpdesk}.',
  'notice-helpdesk': 'Ihr Helpdesk',
  'notice-portal': 'Alle Ihre Wege zur Anmeldung: {portal}',
  'notice-manager-subject': 'Ein Anmeldecode für {user}',
  'notice-manager-code':
    'Ihr Helpdesk hat einen Code für {user} aus Ihrem Team erstellt. Damit und mit dem Passwort kann ein neuer Weg zur Anmeldung eingerichtet werden. Der Code gilt bis {until}.',
  'notice-manager-doubt':
    'Wenn {user} ihn nicht braucht oder vielleicht jemand anderes darum gebeten hat, rufen Sie sofort hier an: {helpdesk}.',
  'notice-what-totp': 'eine App, die Codes zeigt',
  'notice-what-hotp': 'ein Token, das Codes zeigt',
  'notice-what-sms': 'SMS an {to}',
  'notice-what-call': 'Anrufe an {to}',
  'notice-what-email': 'E-Mail an {to}',
  'notice-what-recovery': 'Wiederherstellungscodes',
  'notice-what-push': 'ein Telefon, das Anmeldungen bestätigt',
  'notice-what-passkey': 'ein Passkey',
  'alert-subject': '{user} meldet eine Anmeldung durch jemand anders',
  'alert-subject-change': '{user} meldet eine Änderung durch jemand anders',
  'alert-reported-call':
    '{user} hat bei einem Anruf 0# gedrückt, weil sich jemand anders unter diesem Namen anmeldet.',
  'alert-reported-portal':
    '{user} hat im Portal gemeldet, dass eine Anmeldung von jemand anderem war.',
  'alert-reported-change':
    '{user} hat auf einem Telefon gemeldet, dass eine Änderung an der Anmeldung von jemand anderem war.',
  'alert-change': 'Die Änderung: {text}',
  'alert-change-details': 'Alle Änderungen: holdfast audit search --user {user}',
  'alert-gateway': 'Am Gateway: {gateway}',
  'alert-from': 'Von: {from}',
  'alert-details': 'Einzelheiten: holdfast why {id}',
  'alert-stopped-prompts':
    'Anrufe und Nachrichten an {user} sind gestoppt. Eingetippte Codes gelten weiter. Wieder erlauben: holdfast user unlock {user}',
  'alert-stopped-account': 'Das Konto ist gesperrt. Entsperren: holdfast user unlock {user}',
  'alert-stopped-gateway':
    'Dieses Gateway lässt Passwörter nicht von Holdfast prüfen. Es kann niemanden mehr anrufen und keine Nachrichten mehr senden. Wieder erlauben: holdfast user unlock gateway:{gateway}',
  'alert-stopped-nothing':
    'Es wurde nichts gesperrt: Das Passwort war nicht bekannt, oder die Meldung kam mit einem schwachen zweiten Faktor.',
  'alert-stopped-not-yet':
    'ES IST NOCH NICHTS GESPERRT, weil der Speicher ausgefallen ist. Holdfast versucht es, bis es gelingt. Deaktivieren Sie das Konto jetzt im Verzeichnis.',
  'alert-more': 'Weitere Meldungen dieser Person: {count}.',
  'alert-next':
    'Vielleicht kennt jemand das Passwort. Rufen Sie {user} an und fragen Sie nach. War es jemand anders, ändern Sie zuerst das Passwort und entsperren Sie erst danach.',
  'secret-seen-portal':
    'Ein Administrator hat den geheimen Schlüssel Ihrer App oder Ihres Tokens gesehen. Deshalb gilt sie oder es hier nicht. Richten Sie etwas Eigenes ein: {portal}',
  'not-enrolled-portal':
    'Für Sie ist kein Telefon und keine App zur Anmeldung eingerichtet. Richten Sie dies ein unter {portal}',
  'recent-accepted': 'Angemeldet.',
  'recent-password': 'Abgelehnt: Name oder Passwort war falsch.',
  'recent-code': 'Abgelehnt: Der Code war falsch, oder es wurde keiner eingegeben.',
  'recent-not-approved': 'Abgelehnt: nicht bestätigt.',
  'recent-not-answered': 'Abgelehnt: Es kam nicht rechtzeitig eine Antwort.',
  'recent-reported': 'Abgelehnt: als nicht von Ihnen gemeldet.',
  'recent-locked': 'Abgelehnt: Ihre Anmeldung war gesperrt.',
  'recent-not-allowed': 'Abgelehnt: Die Anmeldung ist dort nicht erlaubt.',
  'recent-not-enrolled': 'Abgelehnt: Es war nichts eingerichtet, was dort benutzt werden kann.',
  'recent-expired': 'Abgelehnt: Ihr Passwort oder Ihr Konto ist abgelaufen.',
  'recent-another': 'Abgelehnt: Eine andere Anmeldung von Ihnen war noch offen.',
  'recent-failed': 'Aus technischen Gründen fehlgeschlagen.',
  'recent-set-up':
    'Das Passwort stimmte. Es war noch nichts eingerichtet, also konnte die Einrichtung beginnen.',
  'recent-portal': 'Selbstbedienungsportal',
  'recent-portal-of': 'Selbstbedienungsportal ({company})',
  'password-old-wrong': 'Ihr jetziges Passwort ist nicht richtig. Es wurde nichts geändert.',
  'password-try-later':
    'Ihr Passwort kann gerade nicht geändert werden. Bitte versuchen Sie es später erneut.',
}
