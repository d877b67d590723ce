using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Overload;

try
{
    return args switch
    {
        ["line", .. var rest] => LineCommand.Run(rest, Console.Out),
        ["overload", .. var rest] => OverloadCommand.Run(rest, Console.Out),
        _ => throw new ArgumentException("the verbs are line and overload"),
    };
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
