declare module 'virtual:contacts' {
  const contacts: import('./contacts').Contacts;
  export default contacts;
}

declare module 'virtual:languages' {
  const languages: Record<string, import('./language').Texts>;
  export default languages;
}

declare module '*.css?inline' {
  const css: string;
  export default css;
}
