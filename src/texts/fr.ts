import { fr as enrolment } from './enrolment/fr.ts'
import type { Language } from './language.ts'
import { fr as portal } from './portal/fr.ts'

export const fr: Language = {
  ...portal,
  ...enrolment,
  denied:
    'La connexion a échoué. Vérifiez votre nom, votre mot de passe et votre code, puis réessayez.',
  unavailable: 'La connexion est impossible pour le moment. Réessayez dans quelques minutes.',
  'not-enrolled':
    "Aucun téléphone ni application n'est enregistré pour vous. Adressez-vous à votre assistance.",
  'secret-seen':
    "Un administrateur a vu la clé secrète de votre application ou de votre jeton : vous ne pouvez donc pas l'utiliser ici. Adressez-vous à votre assistance.",
  'no-method':
    'Cette connexion ne permet pas de demander votre code. Adressez-vous à votre assistance.',
  'digits-missing':
    'Après votre mot de passe, saisissez "{delimiter}" et {count} chiffres de votre choix. Ouvrez ensuite {to} sur votre téléphone et saisissez-y les mêmes chiffres.',
  'prompt-refused': "La connexion n'a pas été approuvée.",
  'prompt-timeout': "La connexion n'a pas été approuvée à temps. Veuillez réessayer.",
  'prompt-no-answer': "Vous n'avez pas répondu au téléphone. Veuillez réessayer.",
  'prompt-busy': 'Votre téléphone était occupé. Veuillez réessayer.',
  'prompt-failed':
    "Nous n'avons pas pu joindre votre téléphone. Réessayez ou adressez-vous à votre assistance.",
  'prompt-limit': "Vous avez reçu trop d'appels et de messages. Réessayez plus tard.",
  'prompts-paused':
    "Trois demandes n'ont pas été approuvées. Nous ne vous demanderons donc plus rien depuis cet endroit pendant {minutes} minutes. Pour reprendre tout de suite, ouvrez {page}.",
  'another-open':
    'Une autre connexion est déjà en attente. Terminez-la, ou attendez {seconds} secondes et reconnectez-vous.',
  interrupted: 'La connexion a été interrompue. Réessayez dans un instant.',
  'next-code':
    "Nous venons de changer de serveur, ce code n'est donc pas accepté. Attendez une minute, puis connectez-vous avec un nouveau code.",
  'shutting-down': 'Le service de connexion redémarre. Réessayez dans un instant.',
  'password-expired': 'Votre mot de passe a expiré. Changez-le, puis reconnectez-vous.',
  'password-change-too-soon':
    'Vous avez changé votre mot de passe récemment et ne pouvez pas encore le changer de nouveau. Adressez-vous à votre assistance.',
  'password-change-unclear':
    "Nous ne savons pas si votre mot de passe a été changé. Connectez-vous avec le nouveau ; en cas d'échec, avec l'ancien.",
  'password-not-changed':
    "Votre mot de passe n'a pas été changé. Reconnectez-vous ou adressez-vous à votre assistance.",
  'account-unavailable':
    'Votre compte ne peut pas être utilisé actuellement. Adressez-vous à votre assistance.',
  'reply-too-large':
    "La connexion a échoué à cause d'un réglage de notre côté. Signalez-le à votre assistance.",
  'enter-code': 'Saisissez le code de votre application ou de votre jeton.',
  'enter-code-paused':
    "Trois demandes n'ont pas été approuvées : nous n'en envoyons plus sur votre téléphone pour l'instant. Saisissez un code de votre téléphone, application ou jeton.",
  'enter-code-sms': 'Saisissez le code envoyé par SMS au {to}.',
  'enter-code-call': "Saisissez le code que vous entendez dans l'appel au {to}.",
  'enter-code-email': 'Saisissez le code envoyé par e-mail à {to}.',
  'approve-then-enter':
    'Approuvez la connexion sur votre téléphone {to}, puis appuyez ici sur Entrée.',
  'approve-number-then-enter':
    'Votre nombre est {number}. Ouvrez {to} sur votre téléphone, saisissez-le là, puis appuyez ici sur Entrée.',
  'approve-page-then-enter':
    'Ouvrez {to} sur votre téléphone et approuvez-y la connexion. Appuyez ensuite ici sur Entrée.',
  'wrong-code-again': "Ce code n'est pas le bon. Veuillez réessayer.",
  'enter-again': "Notre serveur n'a pas répondu. Veuillez recommencer la saisie.",
  'wait-for-next-code':
    'Nous venons de changer de serveur. Attendez une minute, puis saisissez un nouveau code.',
  'new-password': 'Votre mot de passe a expiré. Saisissez un nouveau mot de passe.',
  'new-password-again': 'Saisissez le nouveau mot de passe encore une fois.',
  'new-passwords-differ':
    "Les deux mots de passe n'étaient pas identiques. Saisissez un nouveau mot de passe.",
  'new-password-short':
    'Ce mot de passe est trop court : il faut au moins {count} caractères. Saisissez-en un autre.',
  'new-password-long':
    'Ce mot de passe est trop long : il peut avoir {count} caractères, moins avec des lettres comme é. Saisissez-en un autre.',
  'new-password-simple':
    'Ce mot de passe est trop simple. Mélangez majuscules, minuscules, chiffres et signes, sans votre nom. Saisissez-en un autre.',
  'new-password-refused':
    "Ce mot de passe n'est pas permis : vous l'avez déjà utilisé, ou il est trop facile à deviner. Saisissez-en un autre.",
  menu: 'Comment voulez-vous vous connecter ? Saisissez un chiffre : {options}.',
  'menu-sms': 'SMS au {to}',
  'menu-call': 'appel au {to}',
  'menu-email': 'e-mail à {to}',
  'menu-push': 'votre téléphone, sur {to}',
  'menu-passkey': "clé d'accès, sur {to}",
  'menu-or-code': 'Ou saisissez le code de votre application ou de votre jeton.',
  'sms-code': '{code} est votre code de connexion pour {gateway}. Ne le donnez à personne.',
  'bell-change-title': 'Votre connexion a été modifiée',
  'bell-change-text': "Touchez ici pour voir ce qui a changé. Si ce n'était pas vous, signalez-le.",
  'bell-title': 'Une connexion est en attente',
  'bell-text':
    "Touchez ici pour la voir. Si vous n'êtes pas en train de vous connecter, signalez-le.",
  'new-device-subject': 'Un nouvel appareil a été admis sur {gateway}',
  'new-device':
    "Un nouvel appareil ({device}) a été admis sur {gateway} sous votre nom. Si ce n'était pas vous, prévenez aussitôt votre assistance.",
  'email-subject': 'Votre code de connexion pour {gateway}',
  'email-code':
    "{code} est votre code de connexion pour {gateway}.\n\nNe le donnez à personne. Si vous n'êtes pas en train de vous connecter, quelqu'un connaît peut-être votre mot de passe : prévenez votre assistance.",
  'call-approve':
    "Bonjour {user}. Quelqu'un se connecte sous votre nom à {gateway}, depuis {from}. Si c'est bien vous, appuyez sur la touche dièse. Sinon, appuyez sur zéro.",
  'call-approve-pin':
    "Bonjour {user}. Quelqu'un se connecte sous votre nom à {gateway}, depuis {from}. Si c'est bien vous, tapez votre code PIN puis la touche dièse. Sinon, tapez zéro puis la touche dièse.",
  'call-fraud-confirm':
    "Vous allez signaler que quelqu'un d'autre utilise votre nom. Pour confirmer, appuyez sur la touche dièse. Pour revenir en arrière, appuyez sur une autre touche.",
  'call-approved': 'Merci. Vous êtes connecté. Au revoir.',
  'call-fraud': 'Merci. Nous avons bloqué et signalé la connexion. Au revoir.',
  'call-not-approved': "La connexion n'a pas été approuvée. Au revoir.",
  'call-wrong-pin': "Ce code PIN n'est pas le bon.",
  'call-ended': 'Cette connexion est terminée. Au revoir.',
  'call-code': 'Votre code est : {code}. Je répète : {code}. Au revoir.',
  'call-sign-in-again':
    'Merci. Le délai était dépassé. Veuillez vous reconnecter maintenant. Au revoir.',
  'unknown-gateway': 'un service inconnu',
  'unknown-place': 'un lieu inconnu',
  'portal-passkey-wrong':
    "Cette clé d'accès n'est pas valable ici. Recommencez, ou choisissez un autre moyen.",
  'portal-step-ended': 'Cela a pris trop de temps ou est déjà fait. Veuillez recommencer.',
  'portal-other-authenticator':
    "Ce code est juste, mais il vient d'un autre appareil que celui que vous vouliez essayer.",
}
