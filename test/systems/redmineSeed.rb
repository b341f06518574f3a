# Runs in "rails runner". Writes the facts to ENV['SEED_OUT'] with @BASEURL@ for the address.
require 'json'
%w(synchronous=OFF journal_mode=MEMORY).each { |x| ActiveRecord::Base.connection.execute("PRAGMA #{x}") }
User.current = nil
ActionMailer::Base.perform_deliveries = false
Setting.rest_api_enabled = '1'
Setting.login_required = '1'
Setting.default_language = 'en'
Setting.default_projects_public = '0'
Setting.text_formatting = 'common_mark'
Setting.notified_events = []

def status(name, closed, pos)
  IssueStatus.create!(:name => name, :is_closed => closed, :position => pos)
end
st_new = status('New', false, 1); st_prog = status('In Progress', false, 2)
st_wait = status('Waiting for customer', false, 3); st_closed = status('Closed', true, 4)
prio = IssuePriority.create!(:name => 'Normal', :is_default => true)
IssuePriority.create!(:name => 'High')
tracker = Tracker.create!(:name => 'Support', :default_status => st_new)

acts = {}
[['Remote support', true, true], ['On-site', false, true], ['Travel', false, true], ['Documentation', false, true], ['Retired activity', false, false]].each do |name, default, active|
  acts[name] = TimeEntryActivity.create!(:name => name, :is_default => default, :active => active)
end

engineer_role = Role.create!(:name => 'Engineer', :issues_visibility => 'all', :time_entries_visibility => 'all', :users_visibility => 'members_of_visible_projects',
  :permissions => [:view_issues, :add_issues, :edit_issues, :add_issue_notes, :view_time_entries, :log_time, :edit_own_time_entries])
reader_role = Role.create!(:name => 'Reader', :issues_visibility => 'all', :permissions => [:view_issues, :view_time_entries])
Role.non_member.update!(:permissions => []); Role.anonymous.update!(:permissions => [])
[engineer_role, reader_role].each do |role|
  [st_new, st_prog, st_wait, st_closed].permutation(2) { |a, b| WorkflowTransition.create!(:role => role, :tracker => tracker, :old_status => a, :new_status => b) } if role == engineer_role
end

def user(login, first, last, password, token, admin = false)
  u = User.new(:firstname => first, :lastname => last, :mail => "#{login}@example.test", :language => 'en', :mail_notification => 'none')
  u.login = login; u.password = password; u.password_confirmation = password; u.admin = admin; u.status = User::STATUS_ACTIVE
  u.save!
  u.pref.update!(:time_zone => 'UTC') rescue nil
  Token.where(:user_id => u.id, :action => 'api').delete_all
  t = Token.create!(:user => u, :action => 'api'); t.update_column(:value, token)
  u
end
User.where(:login => 'admin').delete_all
admin = user('admin', 'Redmine', 'Admin', 'admin-Passw0rd', 'ad' * 20, true)
eng   = user('engineer', 'Erin', 'Engineer', 'engineer-Passw0rd', 'e1' * 20)
col   = user('colleague', 'Cole', 'Colleague', 'colleague-Passw0rd', 'c0' * 20)
lock  = user('leaver', 'Lee', 'Leaver', 'leaver-Passw0rd', '1e' * 20)
lock.update_column(:status, User::STATUS_LOCKED)

cf = {}
cf[:ext] = TimeEntryCustomField.create!(:name => 'External ID', :field_format => 'string', :is_filter => true, :searchable => true, :max_length => 128, :visible => true, :editable => true)
cf[:start] = TimeEntryCustomField.create!(:name => 'Start', :field_format => 'string', :regexp => '\A\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)\z', :is_filter => true, :visible => true)
cf[:end] = TimeEntryCustomField.create!(:name => 'End', :field_format => 'string', :regexp => '\A\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)\z', :is_filter => true, :visible => true)
cf[:billable] = TimeEntryCustomField.create!(:name => 'Billable', :field_format => 'bool', :is_filter => true, :visible => true, :default_value => '1')

def project(ident, name, tracker, modules = %w(issue_tracking time_tracking))
  p = Project.new(:name => name, :identifier => ident, :is_public => false)
  p.enabled_module_names = modules; p.trackers = [tracker]; p.save!; p
end
nordwind = project('nordwind', 'Nordwind Logistik GmbH', tracker)
harbour  = project('harbour', 'Harbour Foods Ltd', tracker)
alesund  = project('alesund', 'Ålesund Shipping AS – 船舶', tracker)
readonly = project('readonly', 'Read-only Retail', tracker)
notrack  = project('untracked', 'Untracked Utilities', tracker, %w(issue_tracking))
archived = project('wound-up', 'Wound-up Widgets', tracker)
secret   = project('confidential', 'Confidential Holdings', tracker)
[nordwind, harbour, alesund, notrack, archived].each do |p|
  Member.create!(:project => p, :principal => eng, :roles => [engineer_role])
  Member.create!(:project => p, :principal => col, :roles => [engineer_role])
end
Member.create!(:project => readonly, :principal => eng, :roles => [reader_role])
Member.create!(:project => readonly, :principal => col, :roles => [engineer_role])
Member.create!(:project => secret, :principal => col, :roles => [engineer_role])

@cases = []
mk = lambda do |p, subject, assignee, st, note = nil|
  i = Issue.new(:project => p, :tracker => tracker, :author => col, :subject => subject, :priority => prio, :description => note.to_s)
  i.status = st; i.assigned_to = assignee; i.save!
  @cases << {'id' => i.id, 'subject' => i.subject, 'project' => p.name, 'projectId' => p.id, 'projectIdentifier' => p.identifier,
             'status' => i.status.name, 'closed' => i.status.is_closed, 'assignedTo' => (assignee && assignee.login)}
  i
end
mk.(nordwind, 'VPN gateway drops tunnels every night', eng, st_prog, 'Customer reports drops at 02:00. Contract NW-1007.')
mk.(nordwind, 'Migrate mail relay to TLS 1.3', eng, st_new)
mk.(nordwind, 'Warehouse scanner cannot reach the ERP', eng, st_wait)
mk.(nordwind, 'Rotate the backup encryption keys', eng, st_new)
mk.(nordwind, 'Quarterly patch window', col, st_new)
mk.(nordwind, 'Printer queue stuck at gate 4', eng, st_closed)
mk.(harbour, 'Firewall rule review', eng, st_new)
mk.(harbour, 'Slow dashboard after the database upgrade', eng, st_prog)
mk.(harbour, 'Install the cold-store temperature probes', eng, st_new)
mk.(harbour, 'VPN access for the new auditors', eng, st_new)
mk.(harbour, 'Onboard the new IT lead', nil, st_new)
mk.(harbour, 'Restore last Friday\'s share', eng, st_closed)
mk.(alesund, 'Größenänderung der Datenträger – ночное окно', eng, st_new)
mk.(alesund, 'AIS feed "stalls" at <50 vessels> & recovers', eng, st_prog)
mk.(alesund, 'Fartøysliste mangler æøå i eksport', eng, st_new)
mk.(alesund, '船舶 telemetry gap', eng, st_wait)
mk.(alesund, 'Certificate renewal 🚢', col, st_new)
mk.(alesund, 'Decommission the old bridge server', eng, st_closed)
mk.(readonly, 'Till reconciliation report', eng, st_new)
mk.(notrack, 'Meter read-out question', eng, st_new)
mk.(archived, 'Final invoice question', eng, st_new)
mk.(secret, 'Board-room recording retention', col, st_new)

# Travel is switched off for one customer.
TimeEntryActivity.create!(:name => 'Travel', :project => alesund, :parent => acts['Travel'], :active => false)
# A booking of the colleague that the engineer can see but not change.
first = Issue.find(@cases[0]['id'])
foreign = TimeEntry.new(:project => first.project, :issue => first, :user => col, :author => col, :hours => 1.5, :spent_on => Date.today - 3, :comments => 'Seeded by a colleague', :activity => acts['On-site'])
foreign.save!
archived.update_column(:status, Project::STATUS_CLOSED)

access = lambda { |p| {nordwind => 'log', harbour => 'log', alesund => 'log', readonly => 'read', notrack => 'no-time-tracking', archived => 'closed', secret => 'none'}[p] }
out = {
  'system' => 'redmine', 'version' => Redmine::VERSION.to_s, 'baseUrl' => '@BASEURL@',
  'token' => 'e1' * 20, 'user' => 'engineer', 'password' => 'engineer-Passw0rd', 'userId' => eng.id,
  'users' => [[admin, 'admin-Passw0rd', 'ad' * 20], [eng, 'engineer-Passw0rd', 'e1' * 20], [col, 'colleague-Passw0rd', 'c0' * 20], [lock, 'leaver-Passw0rd', '1e' * 20]].map { |u, pw, t|
    {'id' => u.id, 'login' => u.login, 'password' => pw, 'token' => t, 'admin' => u.admin?, 'locked' => u.locked?} },
  'projects' => [nordwind, harbour, alesund, readonly, notrack, archived, secret].map { |p| {'id' => p.id, 'identifier' => p.identifier, 'name' => p.name, 'access' => access.(p)} },
  'cases' => @cases.each { |c| c['access'] = access.(Project.find(c['projectId'])) },
  'activities' => TimeEntryActivity.shared.sorted.map { |a| {'id' => a.id, 'name' => a.name, 'active' => a.active, 'isDefault' => a.is_default} },
  'activityOffIn' => {'activity' => 'Travel', 'project' => alesund.identifier},
  'customFields' => {'externalId' => cf[:ext].id, 'start' => cf[:start].id, 'end' => cf[:end].id, 'billable' => cf[:billable].id},
  'colleagueTimeEntry' => foreign.id,
}
File.write(ENV['SEED_OUT'], JSON.pretty_generate(out) + "\n")
