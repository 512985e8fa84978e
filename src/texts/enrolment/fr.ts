import type { EnrolmentTexts } from './texts.ts'

export const fr: EnrolmentTexts = {
  'call-proven': 'Merci. Ce téléphone est configuré pour vous connecter. Au revoir.',
  'setup-mail-adds-nothing':
    'Un code par e-mail ne permet rien d’ajouter, car une messagerie s’ouvre souvent avec le même mot de passe. Appelez {helpdesk} : vous y recevrez un code.',
  'setup-strengthened-lately':
    'Avec un appel, un SMS ou un code de secours, vous pouvez ajouter un moyen plus sûr par période de 24 heures, et vous l’avez déjà fait. Réessayez demain, ou confirmez avec votre application.',
  'setup-too-weak':
    'Confirmez avec un moyen au moins aussi sûr que celui que vous voulez modifier, comme le code de votre application.',
  'setup-last-one': 'C’est votre seul moyen de vous connecter. Ajoutez-en d’abord un autre.',
  'setup-phone-invalid':
    'Ce numéro de téléphone ne peut pas être joint. Écrivez-le avec l’indicatif du pays, par exemple +31 6 12345678.',
  'setup-not-offered':
    'Ceci ne peut pas être configuré ici. Choisissez un autre moyen, ou appelez {helpdesk}.',
  'setup-there-already':
    'Vous avez déjà un moyen de vous connecter ; rien n’a été ajouté. Reconnectez-vous avec celui-ci. Si vous ne l’avez plus, appelez {helpdesk}.',
  'setup-gone': 'Cet élément n’existe plus. Consultez à nouveau la liste.',
  'setup-ended':
    'Cela a duré trop longtemps, ou a été terminé ailleurs. Rien n’a été modifié. Recommencez.',
  'setup-tries-used': 'Il y a eu trop de codes erronés. Rien n’a été modifié. Recommencez.',
  'setup-passkey-wrong':
    'Cette clé d’accès n’a pas pu être ajoutée. Rien n’a été modifié. Recommencez, ou choisissez un autre moyen.',
  'setup-reported':
    'Ce téléphone a signalé que cette demande n’était pas souhaitée. Rien n’a été modifié. Appelez {helpdesk}.',
  'proof-ended':
    'Ce code est erroné ou n’est plus valable. Appelez {helpdesk} pour en recevoir un nouveau.',
  'proof-unsure':
    'Nous venons de changer de serveur. Attendez une minute, puis reconnectez-vous avec le même code.',
  'paper-title': 'Configurez votre téléphone pour vous connecter',
  'paper-for': 'Pour {name}. Ne remettez cette page à personne d’autre.',
  'paper-open': 'Ouvrez {portal} sur un ordinateur ou sur votre téléphone, ou scannez cette image.',
  'paper-sign-in': 'Connectez-vous en tant que {user} avec votre mot de passe.',
  'paper-type': 'Saisissez ce code :',
  'paper-until':
    'Le code est valable une seule fois, jusqu’au {until}, et uniquement avec votre mot de passe.',
  'remind-subject': 'Configurez votre téléphone pour vous connecter avant la fin du {until}',
  'remind-why':
    'Jusqu’au {until} inclus, votre mot de passe suffit pour vous connecter. Ensuite, il vous faudra aussi un téléphone, une application ou un jeton, et vous n’avez encore rien configuré.',
  'remind-how':
    'Ouvrez {portal} dans votre navigateur et connectez-vous avec votre mot de passe. La configuration prend quelques minutes.',
  'remind-help':
    'Si vous avez des questions, appelez {helpdesk}. Ne donnez jamais votre mot de passe ni un code à qui que ce soit.',
}
