using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Overload;
using IpsecDp.Throughput.Projection;

try
{
    return args switch
    {
        ["line", .. var rest] => LineCommand.Run(rest, Console.Out),
        ["overload", .. var rest] => OverloadCommand.Run(rest, Console.Out),
        ["projection", .. var rest] => ProjectionCommand.Run(rest, Console.Out),
        _ => throw new ArgumentException("the verbs are line, overload and projection"),
    };
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
