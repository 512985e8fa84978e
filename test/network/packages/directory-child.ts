// Runs an OpenLDAP in the network of another machine, for which the parent has put it there. Prints what init needs.
import { startOpenLdap } from '../../lab/openldap.ts'

const { ldapsUrl, ca, baseDn, bindDn, password } = await startOpenLdap()
console.log(JSON.stringify({ ldapsUrl, ca, baseDn, bindDn, password }))
process.on('SIGTERM', () => process.exit())
// The parent holds the other end.
process.stdin.resume()
process.stdin.on('end', () => process.exit())
