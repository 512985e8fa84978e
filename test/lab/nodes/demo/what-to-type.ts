import { type Nodes, nodeName } from '../pair.ts'

/** The steps of the demo, line by line, with the ports and processes of this run. */
export function whatToType({
  nodes: { services },
  phone,
  files,
}: {
  readonly nodes: Pick<Nodes, 'services'>
  readonly phone: string
  readonly files: { readonly password: string; readonly secret: string }
}): readonly string[] {
  const [first, second] = services
  const signIn = [
    'npx holdfast simulate --preset aruba-wifi --user carol --nas-identifier hold',
    `--server 127.0.0.1:${first?.port} --second-server 127.0.0.1:${second?.port}`,
    `--password-file ${files.password} --gateway-secret-file ${files.secret}`,
  ]
  return [
    '',
    'Two nodes share one PostgreSQL database:',
    ...services.map(
      ({ port, process: { pid } }, index) =>
        `  node ${nodeName(index)}  process ${pid}  RADIUS 127.0.0.1:${port}`,
    ),
    '',
    `1. Open carol's phone in a browser: ${phone}`,
    '2. In another terminal, sign carol in. This gateway asks node a, up to three times in 15 seconds, and then node b:',
    `     ${signIn.join(' \\\n       ')}`,
    '3. The phone rings. Kill the node that holds the sign-in:',
    `     kill -9 ${first?.process.pid}`,
    '4. Press # on the phone. carol is in when the gateway asks node b, and the phone has rung once.',
    '',
    'Press Ctrl-C to end everything and remove it.',
    '',
  ]
}
