import { de as enrolment } from './enrolment/de.ts'
import type { Language } from './language.ts'
import { de as portal } from './portal/de.ts'

export const de: Language = {
  ...portal,
  ...enrolment,
  denied:
    'Die Anmeldung ist fehlgeschlagen. Prüfen Sie Name, Passwort und Code und versuchen Sie es erneut.',
  unavailable:
    'Die Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es in ein paar Minuten erneut.',
  'not-enrolled':
    'Für Sie ist noch kein Telefon und keine App eingerichtet. Bitte fragen Sie Ihren Helpdesk.',
  'secret-seen':
    'Ein Administrator hat den geheimen Schlüssel Ihrer App oder Ihres Tokens gesehen. Deshalb gilt sie oder es hier nicht. Bitte fragen Sie Ihren Helpdesk.',
  'no-method':
    'Diese Verbindung kann nicht nach Ihrem Code fragen. Bitte fragen Sie Ihren Helpdesk.',
  'digits-missing':
    'Geben Sie hinter Ihrem Passwort "{delimiter}" und {count} Ziffern Ihrer Wahl ein. Öffnen Sie dann {to} auf Ihrem Telefon und geben Sie dort dieselben Ziffern ein.',
  'prompt-refused': 'Die Anmeldung wurde nicht bestätigt.',
  'prompt-timeout':
    'Die Anmeldung wurde nicht rechtzeitig bestätigt. Bitte versuchen Sie es erneut.',
  'prompt-no-answer': 'Sie haben den Anruf nicht angenommen. Bitte versuchen Sie es erneut.',
  'prompt-busy': 'Ihr Telefon war besetzt. Bitte versuchen Sie es erneut.',
  'prompt-failed':
    'Wir konnten Ihr Telefon nicht erreichen. Versuchen Sie es erneut oder fragen Sie Ihren Helpdesk.',
  'prompt-limit':
    'Sie haben zu viele Anrufe und Nachrichten erhalten. Bitte versuchen Sie es später erneut.',
  'prompts-paused':
    'Sie haben drei Anfragen nicht bestätigt. Von hier aus fragen wir Sie deshalb {minutes} Minuten lang nicht mehr. Damit wir sofort wieder fragen, öffnen Sie {page}.',
  'another-open':
    'Eine andere Anmeldung von Ihnen ist noch offen. Schließen Sie sie ab, oder warten Sie {seconds} Sekunden und melden Sie sich neu an.',
  interrupted: 'Die Anmeldung wurde unterbrochen. Bitte versuchen Sie es gleich noch einmal.',
  'next-code':
    'Wir haben gerade den Server gewechselt, deshalb gilt dieser Code nicht. Warten Sie eine Minute und melden Sie sich dann mit einem neuen Code an.',
  'shutting-down':
    'Der Anmeldedienst wird neu gestartet. Bitte versuchen Sie es gleich noch einmal.',
  'password-expired':
    'Ihr Passwort ist abgelaufen. Ändern Sie es und melden Sie sich dann erneut an.',
  'password-change-too-soon':
    'Sie haben Ihr Passwort erst vor Kurzem geändert und können es noch nicht wieder ändern. Bitte fragen Sie Ihren Helpdesk.',
  'password-change-unclear':
    'Wir wissen nicht, ob Ihr Passwort geändert wurde. Melden Sie sich mit dem neuen an; wenn das nicht geht, mit dem alten.',
  'password-not-changed':
    'Ihr Passwort wurde nicht geändert. Bitte melden Sie sich erneut an oder fragen Sie Ihren Helpdesk.',
  'account-unavailable':
    'Ihr Konto kann derzeit nicht benutzt werden. Bitte fragen Sie Ihren Helpdesk.',
  'reply-too-large':
    'Die Anmeldung scheiterte an einer Einstellung bei uns. Bitte melden Sie das Ihrem Helpdesk.',
  'enter-code': 'Geben Sie den Code aus Ihrer App oder von Ihrem Token ein.',
  'enter-code-paused':
    'Sie haben drei Anfragen nicht bestätigt, deshalb fragen wir Sie jetzt nicht auf Ihrem Telefon. Geben Sie einen Code von Telefon, App oder Token ein.',
  'enter-code-sms': 'Geben Sie den Code ein, den wir per SMS an {to} geschickt haben.',
  'enter-code-call': 'Geben Sie den Code ein, den Sie im Anruf an {to} hören.',
  'enter-code-email': 'Geben Sie den Code ein, den wir per E-Mail an {to} geschickt haben.',
  'approve-then-enter':
    'Bestätigen Sie die Anmeldung auf Ihrem Telefon {to} und drücken Sie dann hier Enter.',
  'approve-number-then-enter':
    'Ihre Zahl ist {number}. Öffnen Sie {to} auf Ihrem Telefon, geben Sie sie dort ein, und drücken Sie dann hier Enter.',
  'approve-page-then-enter':
    'Öffnen Sie {to} auf Ihrem Telefon und bestätigen Sie die Anmeldung dort. Drücken Sie dann hier Enter.',
  'wrong-code-again': 'Dieser Code stimmt nicht. Bitte versuchen Sie es erneut.',
  'enter-again': 'Unser Server hat nicht geantwortet. Bitte geben Sie das noch einmal ein.',
  'wait-for-next-code':
    'Wir haben gerade den Server gewechselt. Warten Sie eine Minute und geben Sie dann einen neuen Code ein.',
  'new-password': 'Ihr Passwort ist abgelaufen. Geben Sie ein neues Passwort ein.',
  'new-password-again': 'Geben Sie das neue Passwort noch einmal ein.',
  'new-passwords-differ':
    'Die beiden Passwörter waren nicht gleich. Geben Sie ein neues Passwort ein.',
  'new-password-short':
    'Dieses Passwort ist zu kurz: Es braucht mindestens {count} Zeichen. Geben Sie ein anderes ein.',
  'new-password-long':
    'Dieses Passwort ist zu lang: Es darf {count} Zeichen haben, mit Buchstaben wie ä weniger. Geben Sie ein anderes ein.',
  'new-password-simple':
    'Dieses Passwort ist zu einfach. Mischen Sie große und kleine Buchstaben, Ziffern und Zeichen, ohne Ihren Namen. Geben Sie ein anderes ein.',
  'new-password-refused':
    'Dieses Passwort ist nicht erlaubt: Sie haben es schon benutzt, oder es ist zu leicht zu erraten. Geben Sie ein anderes ein.',
  menu: 'Wie möchten Sie sich anmelden? Geben Sie eine Ziffer ein: {options}.',
  'menu-sms': 'SMS an {to}',
  'menu-call': 'Anruf an {to}',
  'menu-email': 'E-Mail an {to}',
  'menu-push': 'Ihr Telefon, unter {to}',
  'menu-passkey': 'Passkey, unter {to}',
  'menu-or-code': 'Oder geben Sie den Code aus Ihrer App oder von Ihrem Token ein.',
  'sms-code': '{code} ist Ihr Code zur Anmeldung bei {gateway}. Geben Sie ihn nicht weiter.',
  'bell-change-title': 'Ihre Anmeldung wurde geändert',
  'bell-change-text':
    'Tippen Sie hier, um zu sehen, was geändert wurde. Waren Sie das nicht, melden Sie es dort.',
  'bell-title': 'Eine Anmeldung wartet',
  'bell-text':
    'Tippen Sie hier, um sie zu sehen. Melden Sie sich gerade nicht an, melden Sie es dort.',
  'new-device-subject': 'Ein neues Gerät wurde bei {gateway} zugelassen',
  'new-device':
    'Ein neues Gerät ({device}) wurde mit Ihrem Namen bei {gateway} zugelassen. Waren Sie das nicht? Melden Sie es sofort Ihrem Helpdesk.',
  'email-subject': 'Ihr Code zur Anmeldung bei {gateway}',
  'email-code':
    '{code} ist Ihr Code zur Anmeldung bei {gateway}.\n\nGeben Sie ihn nicht weiter. Wenn Sie sich gerade nicht anmelden, kennt vielleicht jemand Ihr Passwort: Bitte melden Sie das Ihrem Helpdesk.',
  'call-approve':
    'Guten Tag {user}. Jemand meldet sich mit Ihrem Namen bei {gateway} an, von {from}. Wenn Sie das sind, drücken Sie die Rautetaste. Wenn nicht, drücken Sie die Null.',
  'call-approve-pin':
    'Guten Tag {user}. Jemand meldet sich mit Ihrem Namen bei {gateway} an, von {from}. Wenn Sie das sind, geben Sie Ihre PIN ein und drücken Sie die Rautetaste. Wenn nicht, drücken Sie die Null und dann die Rautetaste.',
  'call-fraud-confirm':
    'Sie möchten melden, dass jemand anders Ihren Namen benutzt. Zum Bestätigen drücken Sie die Rautetaste. Um zurückzugehen, drücken Sie eine andere Taste.',
  'call-approved': 'Vielen Dank. Sie sind angemeldet. Auf Wiederhören.',
  'call-fraud': 'Vielen Dank. Wir haben die Anmeldung gestoppt und gemeldet. Auf Wiederhören.',
  'call-not-approved': 'Die Anmeldung wurde nicht bestätigt. Auf Wiederhören.',
  'call-wrong-pin': 'Diese PIN stimmt nicht.',
  'call-ended': 'Diese Anmeldung ist beendet. Auf Wiederhören.',
  'call-code': 'Ihr Code lautet: {code}. Noch einmal: {code}. Auf Wiederhören.',
  'call-sign-in-again':
    'Vielen Dank. Es hat zu lange gedauert. Bitte melden Sie sich jetzt noch einmal an. Auf Wiederhören.',
  'unknown-gateway': 'einem unbekannten Dienst',
  'unknown-place': 'einem unbekannten Ort',
  'portal-passkey-wrong':
    'Dieser Passkey gilt hier nicht. Beginnen Sie von vorn, oder wählen Sie einen anderen Weg.',
  'portal-step-ended':
    'Das hat zu lange gedauert oder ist schon erledigt. Bitte beginnen Sie von vorn.',
  'portal-other-authenticator':
    'Dieser Code stimmt, kommt aber von einem anderen Gerät als dem, das Sie ausprobieren wollten.',
}
