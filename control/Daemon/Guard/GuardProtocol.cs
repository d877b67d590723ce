namespace IpsecDp.Daemon.Guard;

/// <summary>The lines between a daemon and its guard: <c>hold N</c> and N filters, answered by <c>holding</c> or <c>refused SENTENCE</c>; <c>end</c>, answered by the process's end.</summary>
internal static class GuardProtocol
{
    public const string Hold = "hold ";
    public const string End = "end";
    public const string Ready = "ready";
    public const string Holding = "holding";
    public const string Refused = "refused ";

    // A daemon's filters are some dozens; a number beyond this is no daemon's.
    public const int MostFilters = 1024;
}
