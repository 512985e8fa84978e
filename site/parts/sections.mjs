/** The text of a page in parts, one for each heading, for the search: `{ id, heading, text }`. */
export function sectionsOf(tokens) {
  const sections = []
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      sections.push({ id: token.attrGet('id'), heading: '', text: '' })
    }
    const section = sections.at(-1)
    if (section === undefined) continue
    if (tokens[index - 1]?.type === 'heading_open') section.heading = plain(token)
    else if (token.type === 'inline') section.text += `${plain(token)} `
    else if (token.type === 'fence' || token.type === 'code_block') section.text += token.content
  }
  return sections
}

function plain({ children }) {
  return children
    .map(({ type, content }) =>
      type === 'softbreak' ? ' ' : type === 'html_inline' ? '' : content,
    )
    .join('')
}
