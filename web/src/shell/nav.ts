import {
  Activity,
  Bot,
  CalendarClock,
  ChartColumn,
  House,
  KeyRound,
  Library,
  type LucideIcon,
  MessagesSquare,
  Settings,
  UsersRound,
  Wrench,
} from 'lucide-react';

interface NavEntry {
  readonly label: string;
  readonly to: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
}

/** The console's parts, in the order in which people meet them. */
export const NAV: readonly NavEntry[] = [
  { label: 'Overview', to: '/', icon: House, key: 'o' },
  { label: 'Agents', to: '/agents', icon: Bot, key: 'a' },
  { label: 'Crews', to: '/crews', icon: UsersRound, key: 'c' },
  { label: 'Runs', to: '/runs', icon: Activity, key: 'r' },
  { label: 'Schedules', to: '/schedules', icon: CalendarClock, key: 'h' },
  { label: 'Conversations', to: '/conversations', icon: MessagesSquare, key: 'v' },
  { label: 'Knowledge', to: '/knowledge', icon: Library, key: 'd' },
  { label: 'Tools', to: '/tools', icon: Wrench, key: 't' },
  { label: 'Keys', to: '/keys', icon: KeyRound, key: 'k' },
  { label: 'Usage', to: '/usage', icon: ChartColumn, key: 'u' },
  { label: 'Settings', to: '/settings', icon: Settings, key: 's' },
];
