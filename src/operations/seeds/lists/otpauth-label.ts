/** The name of a key in an app: `Issuer:account`, or the account alone. */
export function readLabel(label: string): { readonly issuer?: string; readonly account?: string } {
  const [, issuer, name] = /^([^:]*):(.*)$/s.exec(label) ?? []
  const account = (name ?? label).trim()
  return { ...(issuer ? { issuer: issuer.trim() } : {}), ...(account ? { account } : {}) }
}
