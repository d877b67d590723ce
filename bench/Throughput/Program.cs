using IpsecDp.Throughput.Accounts;
using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Overload;
using IpsecDp.Throughput.Superframes;

try
{
    return args switch
    {
        ["line", .. var rest] => LineCommand.Run(rest, Console.Out),
        ["overload", .. var rest] => OverloadCommand.Run(rest, Console.Out),
        ["superframes", .. var rest] => SuperframesCommand.Run(rest, Console.Out),
        ["accounts", .. var rest] => AccountsCommand.Run(rest, Console.Out),
        _ => throw new ArgumentException("the verbs are line, superframes, overload and accounts"),
    };
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
