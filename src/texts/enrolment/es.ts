import type { EnrolmentTexts } from './texts.ts'

export const es: EnrolmentTexts = {
  'call-proven': 'Gracias. Este teléfono está configurado para iniciar sesión. Adiós.',
  'setup-mail-adds-nothing':
    'Un código por correo electrónico no permite añadir nada, porque un buzón suele abrirse con la misma contraseña. Llame a {helpdesk}: allí le darán un código.',
  'setup-strengthened-lately':
    'Con una llamada, un SMS o un código de recuperación puede añadir una sola forma más segura cada 24 horas, y ya lo ha hecho. Inténtelo mañana, o confirme con su aplicación.',
  'setup-too-weak':
    'Confírmelo con algo al menos tan seguro como lo que quiere cambiar, por ejemplo el código de su aplicación.',
  'setup-last-one': 'Esta es su única forma de iniciar sesión. Añada primero otra.',
  'setup-phone-invalid':
    'No se puede llamar a este número de teléfono. Escríbalo con el prefijo del país, por ejemplo +31 6 12345678.',
  'setup-not-offered': 'Esto no se puede configurar aquí. Elija otra forma, o llame a {helpdesk}.',
  'setup-there-already':
    'Ya tiene una forma de iniciar sesión, así que no se ha añadido nada. Inicie sesión de nuevo con ella. Si ya no la tiene, llame a {helpdesk}.',
  'setup-gone': 'Esto ya no existe. Consulte de nuevo la lista.',
  'setup-ended':
    'Ha tardado demasiado, o se terminó en otro lugar. No se ha cambiado nada. Empiece de nuevo.',
  'setup-tries-used':
    'Ha habido demasiados códigos erróneos. No se ha cambiado nada. Empiece de nuevo.',
  'setup-passkey-wrong':
    'No se pudo añadir esta clave de acceso. No se ha cambiado nada. Empiece de nuevo o elija otra forma.',
  'setup-reported':
    'En ese teléfono se ha indicado que esto no se desea. No se ha cambiado nada. Llame a {helpdesk}.',
  'proof-ended': 'Este código es erróneo o ya no es válido. Llame a {helpdesk} para obtener otro.',
  'proof-unsure':
    'Acabamos de cambiar de servidor. Espere un minuto y vuelva a iniciar sesión con el mismo código.',
  'paper-title': 'Configure su teléfono para iniciar sesión',
  'paper-for': 'Para {name}. No entregue esta página a nadie más.',
  'paper-open': 'Abra {portal} en un ordenador o en su teléfono, o escanee esta imagen.',
  'paper-sign-in': 'Inicie sesión como {user} con su contraseña.',
  'paper-type': 'Escriba este código:',
  'paper-until': 'El código vale una sola vez, hasta el {until}, y solo con su contraseña.',
  'remind-subject': 'Configure su teléfono para iniciar sesión antes de que acabe el {until}',
  'remind-why':
    'Hasta el {until} inclusive, basta su contraseña para iniciar sesión. Después también necesitará un teléfono, una aplicación o un token, y todavía no ha configurado nada.',
  'remind-how':
    'Abra {portal} en su navegador e inicie sesión con su contraseña. La configuración lleva unos minutos.',
  'remind-help':
    'Si tiene preguntas, llame a {helpdesk}. No dé nunca su contraseña ni un código a nadie.',
}
