// Stands for dotnet and powershell under Wine: prints its arguments, each in brackets, and ends with the code it is told.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int code_of(const char *variable)
{
    const char *text = getenv(variable);
    return text ? atoi(text) : 0;
}

int main(int count, char **arguments)
{
    if (strstr(arguments[0], "powershell")) return code_of("TOLD_BUILD");
    if (count > 1 && !strcmp(arguments[1], "--list-runtimes")) {
        puts("Microsoft.NETCore.App 10.0.0 [somewhere]");
        return 0;
    }
    for (int i = 1; i < count; i++) printf("[%s]", arguments[i]);
    puts("");
    return code_of("TOLD_CODE");
}
