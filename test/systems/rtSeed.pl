# Writes the facts to $ENV{SEED_OUT} with @BASEURL@ for the address.
use strict; use warnings; use utf8;
use lib '/usr/local/share/request-tracker5/lib', '/usr/share/request-tracker5/lib';
use RT; use JSON; use MIME::Entity; use Encode ();
RT->LoadConfig; RT->InitPluginPaths; RT->Init;
my $dbh = $RT::Handle->dbh; $dbh->do("PRAGMA $_") for 'synchronous=OFF', 'journal_mode=MEMORY';
my $sys = RT->SystemUser;
sub ok { my ($what, $ok, $msg) = @_; die "$what: " . ($msg // 'failed') . "\n" unless $ok; $ok }

# No outgoing mail: switch every scrip off but RT's own bookkeeping.
{ my $s = RT::Scrips->new($sys); $s->UnLimit; while (my $x = $s->Next) { next unless ($x->ActionObj->Name // '') =~ /Notify|Autoreply/i; $x->SetDisabled(1) } }

sub user { my ($name, $real, $pw, $priv) = @_;
  my $u = RT::User->new($sys);
  ok("user $name", $u->Create(Name => $name, RealName => $real, EmailAddress => "$name\@example.test", Password => $pw, Privileged => $priv, Timezone => 'UTC', Lang => 'en'));
  return $u }
my $eng = user('engineer', 'Erin Engineer', 'engineer-Passw0rd', 1);
my $col = user('colleague', 'Cole Colleague', 'colleague-Passw0rd', 1);
my $out = user('outsider', 'Otto Outsider', 'outsider-Passw0rd', 1);
my $lee = user('leaver', 'Lee Leaver', 'leaver-Passw0rd', 1);
my $cust = user('customer', 'Cus Tomer', 'customer-Passw0rd', 0);

my $grp = RT::Group->new($sys);
ok('group', $grp->CreateUserDefinedGroup(Name => 'Engineers'));
ok('member', $grp->AddMember($_->PrincipalId)) for $eng, $col, $lee;
my $grant = sub { my ($who, $obj, @rights) = @_; ok("right $_", $who->PrincipalObj->GrantRight(Right => $_, Object => $obj)) for @rights };

sub queue { my ($name, $desc) = @_; my $q = RT::Queue->new($sys); ok("queue $name", $q->Create(Name => $name, Description => $desc, CorrespondAddress => '', CommentAddress => '')); $q }
my $nord = queue('Nordwind Logistik GmbH', 'customer NW');
my $harb = queue('Harbour Foods Ltd', 'customer HF');
my $ales = queue('Ålesund Shipping AS – 船舶', 'customer AS');
my $read = queue('Read-only Retail', 'may be read, not commented');
my $comm = queue('Comment-only Clinic', 'may be commented, not modified');
my $secr = queue('Confidential Holdings', 'not visible to the engineer');
my @full = qw(SeeQueue ShowTicket ShowTicketComments CreateTicket CommentOnTicket ReplyToTicket ModifyTicket OwnTicket TakeTicket);
$grant->($grp, $_, @full) for $nord, $harb, $ales;
$grant->($grp, $read, qw(SeeQueue ShowTicket ShowTicketComments OwnTicket));
$grant->($grp, $comm, qw(SeeQueue ShowTicket ShowTicketComments CommentOnTicket ReplyToTicket OwnTicket));
$grant->($grp, RT->System, qw(ManageAuthTokens ShowSavedSearches EditSavedSearches ModifySelf));
$grant->($out, $secr, @full);
$grant->($out, RT->System, qw(ManageAuthTokens));
{ my $every = RT::Group->new($sys); $every->LoadSystemInternalGroup('Everyone');
  for my $r (qw(CreateTicket ReplyToTicket)) { $every->PrincipalObj->RevokeRight(Right => $r, Object => RT->System) if $every->PrincipalObj->HasRight(Right => $r, Object => RT->System) } }

my %cf;
sub cf { my ($key, $name, $type, $lookup, @vals) = @_;
  my $cf = RT::CustomField->new($sys);
  ok("cf $name", $cf->Create(Name => $name, TypeComposite => $type, LookupType => $lookup));
  ok("value $vals[$_]", $cf->AddValue(Name => $vals[$_], SortOrder => $_ + 1)) for 0 .. $#vals;
  ok("apply $name", $cf->AddToObject(RT::Queue->new($sys)));
  $grant->($grp, $cf, qw(SeeCustomField ModifyCustomField));
  $cf{$key} = $cf }
my $txn = 'RT::Queue-RT::Ticket-RT::Transaction';
cf('externalId', 'External ID', 'Freeform-1', $txn);
cf('start', 'Work start', 'DateTime-1', $txn);
cf('end', 'Work end', 'DateTime-1', $txn);
cf('workedDate', 'Worked Date', 'Date-1', $txn);
cf('activity', 'Activity', 'Select-1', $txn, 'Remote support', 'On-site', 'Travel', 'Documentation');
cf('contract', 'Contract', 'Freeform-1', 'RT::Queue-RT::Ticket');

my @cases;
my $mk = sub { my ($q, $access, $subject, $owner, $status, $contract) = @_;
  my $t = RT::Ticket->new($sys);
  my ($id, undef, $msg) = $t->Create(Queue => $q->id, Subject => $subject, Owner => ($owner ? $owner->id : RT->Nobody->id), Requestor => 'customer@example.test',
    Status => 'new', ($contract ? ('CustomField-' . $cf{contract}->id => $contract) : ()),
    MIMEObj => MIME::Entity->build(Subject => Encode::encode('UTF-8', $subject), Type => 'text/plain', Charset => 'UTF-8', Data => [Encode::encode('UTF-8', "Reported: $subject")]));
  ok("ticket $subject", $id, $msg);
  ok("status of $subject", $t->SetStatus($status)) if $status ne 'new';
  push @cases, { id => 0 + $t->id, subject => $subject, project => $q->Name, projectId => 0 + $q->id, status => $t->Status,
    closed => ($q->LifecycleObj->IsInactive($t->Status) ? JSON::true : JSON::false), assignedTo => ($owner ? $owner->Name : undef), access => $access, ($contract ? (contract => $contract) : ()) };
  $t };
$mk->($nord, 'log', 'VPN gateway drops tunnels every night', $eng, 'open', 'NW-1007');
$mk->($nord, 'log', 'Migrate mail relay to TLS 1.3', $eng, 'new');
$mk->($nord, 'log', 'Warehouse scanner cannot reach the ERP', $eng, 'stalled');
$mk->($nord, 'log', 'Rotate the backup encryption keys', $eng, 'new');
$mk->($nord, 'log', 'Quarterly patch window', $col, 'new');
$mk->($nord, 'log', 'Printer queue stuck at gate 4', $eng, 'resolved');
$mk->($harb, 'log', 'Firewall rule review', $eng, 'new');
$mk->($harb, 'log', 'Slow dashboard after the database upgrade', $eng, 'open');
$mk->($harb, 'log', 'Install the cold-store temperature probes', $eng, 'new');
$mk->($harb, 'log', 'VPN access for the new auditors', $eng, 'new');
$mk->($harb, 'log', 'Onboard the new IT lead', undef, 'new');
$mk->($harb, 'log', q{Restore last Friday's share}, $eng, 'resolved');
$mk->($ales, 'log', 'Größenänderung der Datenträger – ночное окно', $eng, 'new');
$mk->($ales, 'log', 'AIS feed "stalls" at <50 vessels> & recovers', $eng, 'open');
$mk->($ales, 'log', 'Fartøysliste mangler æøå i eksport', $eng, 'new');
$mk->($ales, 'log', '船舶 telemetry gap', $eng, 'stalled');
$mk->($ales, 'log', 'Certificate renewal 🚢', $col, 'new');
$mk->($ales, 'log', 'Decommission the old bridge server', $eng, 'resolved');
$mk->($read, 'read', 'Till reconciliation report', $eng, 'new');
$mk->($comm, 'comment', 'Ward printer question', $eng, 'new');
$mk->($secr, 'none', 'Board-room recording retention', $out, 'new');

my %token;
for my $u ($eng, $col, $out, $lee) {
  my $t = RT::AuthToken->new($sys);
  my ($id, $msg, $auth) = $t->Create(Owner => $u->id, Description => 'Caseclock tests');
  ok('token', $id, $msg); $token{$u->Name} = $auth }
ok('disable', $lee->SetDisabled(1));
my $root = RT::User->new($sys); $root->Load('root'); $root->SetPassword('root-Passw0rd');

my %pw = map { $_ => "$_-Passw0rd" } qw(root engineer colleague outsider leaver customer);
my %access = ($nord->id => 'log', $harb->id => 'log', $ales->id => 'log', $read->id => 'read', $comm->id => 'comment', $secr->id => 'none');
my $data = { system => 'rt', version => "$RT::VERSION", baseUrl => '@BASEURL@', restUrl => '@BASEURL@/REST/2.0',
  user => 'engineer', password => $pw{engineer}, token => $token{engineer}, userId => 0 + $eng->id,
  users => [map { my $u = $_; +{ id => 0 + $u->id, login => $u->Name, password => $pw{$u->Name}, token => $token{$u->Name}, disabled => ($u->Disabled ? JSON::true : JSON::false) } } $root, $eng, $col, $out, $lee, $cust],
  projects => [map { +{ id => 0 + $_->id, name => $_->Name, access => $access{$_->id} } } $nord, $harb, $ales, $read, $comm, $secr],
  cases => \@cases,
  activities => [map { { name => $_ } } 'Remote support', 'On-site', 'Travel', 'Documentation'],
  customFields => { map { $_ => { id => 0 + $cf{$_}->id, name => $cf{$_}->Name, on => ($_ eq 'contract' ? 'ticket' : 'transaction') } } keys %cf } };
open my $fh, '>:raw', $ENV{SEED_OUT} or die "$!"; print $fh JSON->new->utf8->pretty->canonical->encode($data); close $fh or die "$!";
