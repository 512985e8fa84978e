/** The DC parts at the end of a DN; undefined where there are none. */
export function domainDnOf(dn: string): string | undefined {
  return /(?:^|(?<=[^\\],))\s*dc\s*=.*$/i.exec(dn)?.[0].trim()
}
