import * as z from 'zod'

/** Bytes as browsers send them. A body has 16 kB at most. */
const bytes = z
  .string()
  .min(1)
  .max(12_000)
  .regex(/^[\w-]+$/)
const common = {
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  // Nothing of ours asks for an extension.
  clientExtensionResults: z.object({}),
}
const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

/** What a browser says of a new passkey (WebAuthn level 3, 5.1.8). What is not known here is left out. */
export const registrationResponse = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.string().max(32))
      .max(16)
      .transform((named) => transports.filter((each) => named.includes(each)))
      .optional(),
  }),
})
export type RegistrationResponse = z.output<typeof registrationResponse>

/** A signature of a passkey, and what it is over. */
export const signatureResponse = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: z.string().max(128).optional(),
  }),
})
export type SignatureResponse = z.output<typeof signatureResponse>
