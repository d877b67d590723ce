namespace IpsecDp.Throughput.Overload;

internal static class OverloadCommand
{
    public static int Run(ReadOnlySpan<string> words, TextWriter output) => throw new ArgumentException("x");
}
