"""Launchers are peeled and interpreters give way to what they run, program by program."""

from __future__ import annotations

import shlex

import pytest

from sentinel_run.naming import command_name

LAUNCHERS = """
/opt/jobs/backup.sh --full                        | backup.sh
backup.sh                                         | backup.sh
./backup.sh                                       | backup.sh
env A=b backup.sh                                 | backup.sh
/usr/bin/env python3 /opt/x.py                    | x.py
env -i A=b C=d ./x.sh                             | x.sh
env - A=b ./x.sh                                  | x.sh
env -u HOME x.sh                                  | x.sh
env -uHOME x.sh                                   | x.sh
env --unset=HOME -- x.sh                          | x.sh
env --unset HOME A=b x.sh                         | x.sh
env -C /tmp ./x.sh                                | x.sh
env -S 'python3 -u' x.py                          | x.py
env -S 'A=b python3 -u x.py'                      | x.py
env -vS 'perl -w x.pl'                            | x.pl
'env' '-Sperl -w' x.pl                            | x.pl
env --split-string='ruby -w x.rb'                 | x.rb
env                                               | env
env A=b                                           | env
nice x.sh                                         | x.sh
nice -n 10 x.sh                                   | x.sh
nice -n10 x.sh                                    | x.sh
nice -10 x.sh                                     | x.sh
nice --adjustment=5 x.sh                          | x.sh
ionice -c2 -n7 x.sh                               | x.sh
ionice -c 3 nice -n 19 x.sh                       | x.sh
nohup x.sh                                        | x.sh
time -p x.sh                                      | x.sh
/usr/bin/time -v -o /tmp/t x.sh                   | x.sh
timeout 5 x.sh                                    | x.sh
timeout -k 5 10m x.sh                             | x.sh
timeout -k5 -s KILL 10 x.sh                       | x.sh
timeout --signal=KILL --foreground 10 x.sh        | x.sh
timeout --kill-after 3 -- 10 x.sh                 | x.sh
timeout 5                                         | timeout
sudo x.sh                                         | x.sh
sudo -u root x.sh                                 | x.sh
sudo -uroot -H x.sh                               | x.sh
sudo -nu root x.sh                                | x.sh
sudo --user=root -E -- x.sh                       | x.sh
sudo --user root A=b x.sh                         | x.sh
sudo -E A=b env C=d nice -n 5 python3 -u /o/x.py  | x.py
sudo                                              | sudo
doas -u root x.sh                                 | x.sh
su -c '/opt/x.sh -f' bob                          | x.sh
su - bob -c 'cd /srv && ./x.sh'                   | x.sh
su -s /bin/sh bob -c x.sh                         | x.sh
runuser -u bob -- x.sh                            | x.sh
runuser -l bob -c 'x.sh -v'                       | x.sh
runuser - bob -c x.sh                             | x.sh
runuser --user=bob x.sh                           | x.sh
gosu bob:bob x.sh                                 | x.sh
setsid -f x.sh                                    | x.sh
stdbuf -oL -e 0 x.sh                              | x.sh
flock /tmp/l x.sh                                 | x.sh
flock -n /tmp/l x.sh                              | x.sh
flock -xn -w 5 /tmp/l x.sh                        | x.sh
flock -w5 -E 0 /tmp/l -c 'cd / && ./x.sh -v'      | x.sh
flock /tmp/l -c x.sh                              | x.sh
flock --timeout=5 /tmp/l sh -c 'exec x.sh'        | x.sh
flock 9                                           | flock
s6-setuidgid app eatmydata x.sh                   | x.sh
dbus-run-session -- catatonit -- run-one x.sh     | x.sh
chrt -f 50 x.sh                                   | x.sh
chrt --batch 0 x.sh                               | x.sh
taskset -c 0-3 x.sh                               | x.sh
taskset 0x3 x.sh                                  | x.sh
script -qec 'make test' /dev/null                 | make
xargs -n1 rm                                      | xargs
find . -name x                                    | find
sentinel-run -- x.sh                              | x.sh
sentinel-run -q --tag a=b --timeout 5m x.sh -v    | x.sh
sentinel-run -e prod -- sentinel-run nice x.sh    | x.sh
sentinel-run --name nightly -- x.sh               | nightly
sentinel-run history                              | sentinel-run
sentinel-run --nonsense x.sh                      | sentinel-run
sentinel-run                                      | sentinel-run
uv run x.py                                       | x.py
uv run --with rich -- python -m pkg.job           | pkg.job
uv run -m pkg.job                                 | pkg.job
poetry run python x.py                            | x.py
pipenv run flask routes                           | flask
bundle exec rake db:migrate                       | rake
sentry-cli monitors run nightly -- /opt/x.sh      | x.sh
sentry-cli monitors run -s '0 3 * * *' n -e prod -- python3 -u x.py | x.py
sentry-cli monitors list                          | sentry-cli
cronitor exec d3x0c1 ./d.sh                       | d.sh
conda run -n env --no-capture-output python x.py  | x.py
npx prettier --check .                            | prettier
npx -y prettier@3.1 .                             | prettier
npx @scope/tool@latest                            | tool
npx -p typescript tsc                             | tsc
uvx --from x ruff@0.5 check                       | ruff
pnpm dlx cowsay hi                                | cowsay
cross-env A=b node x.js                           | x.js
"""
INTERPRETERS = """
python3 x.py                                      | x.py
python3 -u /opt/x.py --flag                       | x.py
python3.11 x.py                                   | x.py
/usr/bin/python3.11 -X dev -W error -I x.py       | x.py
python -m pkg.job --now                           | pkg.job
python -um pkg.job                                | pkg.job
python -mpkg.job                                  | pkg.job
python -Werror -B -m pkg.job                      | pkg.job
python3 -c 'print(1)' x.py                        | python3
python3 -uc 'print(1)'                            | python3
python3 -                                         | python3
python3 - x.py                                    | python3
python3                                           | python3
python3 /dev/stdin                                | python3
pypy3 x.py                                        | x.py
bash -e x.sh                                      | x.sh
bash -euo pipefail x.sh                           | x.sh
bash -o pipefail -O extglob +e x.sh               | x.sh
bash --norc --rcfile /etc/b x.sh                  | x.sh
bash -- x.sh                                      | x.sh
bash                                              | bash
bash -l                                           | bash
bash -s -- arg                                    | bash
bash /dev/fd/63                                   | bash
sh x.sh                                           | x.sh
node x.js                                         | x.js
node --max-old-space-size=4096 -r dotenv/config --inspect x.js | x.js
node --require=a --env-file .env x.js             | x.js
node -e 'console.log(1)' arg                      | node
node -pe 1                                        | node
node20 x.js                                       | x.js
nodejs x.js                                       | x.js
tsx watch src/x.ts                                | x.ts
ruby -w -Ilib -rjson x.rb                         | x.rb
ruby3.2 -I lib x.rb                               | x.rb
ruby -ne 'puts $_' f                              | ruby
ruby -W x.rb                                      | x.rb
ruby -W:no-deprecated x.rb                        | x.rb
ruby -Ke x.rb                                     | x.rb
ruby -0777 -x x.rb                                | x.rb
ruby -0777ne 'puts $_' f                          | ruby
jruby -Ilib x.rb                                  | x.rb
perl -C x.pl                                      | x.pl
perl -CSDE x.pl                                   | x.pl
perl -x x.pl                                      | x.pl
perl -F: -ane 'print' f                           | perl
octave --no-gui /srv/x.m 5                        | x.m
octave --eval 'x' y.m                             | octave
cronic ./x.sh                                     | x.sh
perl -w -Mstrict x.pl                             | x.pl
perl -I lib -T x.pl                               | x.pl
perl -lane 'print' f                              | perl
perl -pi.bak -e 's/a/b/' f                        | perl
php -d memory_limit=1G x.php                      | x.php
php8.2 -f x.php -- -v                             | x.php
php -r 'echo 1;'                                  | php
java -Xmx1g -Dapp.p=m -jar /opt/a.jar run         | a.jar
java -cp a.jar:b.jar com.acme.Main                | com.acme.Main
java -jar -Xmx1g a.jar                            | a.jar
java @args app.jar                                | app.jar
java -Xmx1g @/etc/java/args -jar /opt/a.jar       | a.jar
java @args com.acme.Main @data                    | com.acme.Main
java --module-path mods -m acme/com.acme.Main     | com.acme.Main
lua x.lua                                         | x.lua
lua5.4 -l socket x.lua                            | x.lua
lua -e 'x=1' x.lua                                | x.lua
tclsh8.6 x.tcl                                    | x.tcl
wish -encoding utf-8 x.tcl                        | x.tcl
expect -f x.exp                                   | x.exp
mono --debug x.exe                                | x.exe
dotnet x.dll --flag                               | x.dll
dotnet exec x.dll                                 | x.dll
dotnet test                                       | dotnet test
elixir --name a@b x.exs                           | x.exs
elixir -e 'IO.puts 1'                             | elixir
elixir -S mix test                                | mix
Rscript --vanilla x.R                             | x.R
Rscript -e '1'                                    | Rscript
sbcl --script x.lisp                              | x.lisp
sbcl --non-interactive --load x.lisp 3            | x.lisp
R --file=x.R                                      | x.R
python3 -m sentinel_run -- x.sh                   | x.sh
python3 -m sentinel_run --name job x.sh           | job
R --no-save -f x.R                                | x.R
R CMD BATCH --quiet x.R                           | x.R
julia -t 4 x.jl                                   | x.jl
guile-3.0 -s x.scm                                | x.scm
pwsh -NoProfile -File x.ps1                       | x.ps1
deno run --allow-net x.ts                         | x.ts
deno task build                                   | deno task build
bun run build                                     | bun run build
bun src/x.ts                                      | x.ts
bun test                                          | bun test
npm run build                                     | npm run build
npm run --silent build -- --prod                  | npm run build
npm --prefix web run build                        | npm run build
npm test                                          | npm test
npm                                               | npm
yarn build --prod                                 | yarn build
yarn run build                                    | yarn run build
pnpm -C web run build                             | pnpm run build
pnpm --filter web test                            | pnpm test
composer run-script deploy                        | composer run-script deploy
"""


def rows(table: str) -> list[tuple[str, str]]:
    """(command line, name) of each row."""
    return [tuple(cell.strip() for cell in row.split(" | ")) for row in table.strip().splitlines()]  # type: ignore[misc]


@pytest.mark.parametrize(("line", "name"), rows(LAUNCHERS))
def test_launchers_are_peeled(line: str, name: str) -> None:
    """What a launcher starts gives the name; a launcher with nothing to start has its own."""
    assert command_name(shlex.split(line), {}) == name


@pytest.mark.parametrize(("line", "name"), rows(INTERPRETERS))
def test_interpreters_give_way(line: str, name: str) -> None:
    """A script or module gives the name; code without a name leaves the interpreter's."""
    assert command_name(shlex.split(line), {}) == name
