# Sieve (Dovecot's Pigeonhole): the same as mailwhy.procmailrc does. It needs the plugin sieve_extprograms, the extensions
# vnd.dovecot.execute and editheader, and the file mailwhy-verdict in the folder sieve_execute_bin_dir:
#
#     plugin {
#       sieve_plugins = sieve_extprograms
#       sieve_extensions = +vnd.dovecot.execute +editheader
#       sieve_execute_bin_dir = /usr/local/lib/sieve
#     }
require ["vnd.dovecot.execute", "variables", "editheader", "fileinto", "mailbox"];

deleteheader "X-Mailwhy"; # what the sender wrote into it
if execute :pipe :output "verdict" "mailwhy-verdict" {
    addheader "X-Mailwhy" "${verdict}";
    if string :matches "${verdict}" ["WOULD BE REJECTED*", "REFUSED BY*"] {
        fileinto :create "refused";
    }
}
