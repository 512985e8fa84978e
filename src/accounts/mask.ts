/**
 * `+31612345678` as `**78`: enough to know which phone, too little to learn it. ASCII, since many gateways can show
 * nothing else.
 */
export function maskPhone(phone: string): string {
  return `**${phone.slice(-2)}`
}

/** `alice@corp.example` as `a**@corp.example`. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 1 ? '**' : `${address.slice(0, 1)}**${address.slice(at)}`
}
