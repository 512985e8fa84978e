import type { EnrolmentTexts } from './texts.ts'

export const es: EnrolmentTexts = {
  'call-proven': 'Gracias. Este teléfono está configurado para iniciar sesión. Adiós.',
  'setup-mail-adds-nothing':
    'Un código por correo electrónico no permite añadir nada, porque un buzón suele abrirse con la misma contraseña. Llame a {helpdesk}: allí le darán un código.',
  'setup-strengthened-lately':
    'Con una llamada, un SMS o un código de recuperación puede añadir un método más seguro cada 24 horas, y ya lo ha hecho. Inténtelo mañana, o confirme con su aplicación.',
  'setup-too-weak':
    'Confírmelo con algo al menos tan seguro como lo que quiere cambiar, por ejemplo el código de su aplicación.',
  'setup-last-one': 'Este es su único método para iniciar sesión. Añada primero otro.',
  'setup-phone-invalid':
    'No se puede llamar a este número de teléfono. Escríbalo con el prefijo del país, por ejemplo +31 6 12345678.',
  'setup-not-offered': 'Esto no se puede configurar aquí. Elija otro método, o llame a {helpdesk}.',
  'setup-there-already':
    'Ya tiene un método para iniciar sesión, así que no se ha añadido nada. Inicie sesión de nuevo con él. Si ya no lo tiene, llame a {helpdesk}.',
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
}
