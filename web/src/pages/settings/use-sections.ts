import { useMay, useMe } from '../../session/use-me.ts';
import { SECTIONS } from './sections.ts';

/** The parts of Settings that the person may open. */
export function useSections(): typeof SECTIONS {
  const may = {
    viewer: useMay('viewer'),
    editor: useMay('editor'),
    admin: useMay('admin'),
    owner: useMay('owner'),
  };
  const { is_operator } = useMe();
  return SECTIONS.filter(({ role, operator }) => may[role] && (!operator || is_operator));
}
