namespace IpsecDp.Ike.Models;

/// <summary>How long a request waits for its answer, as z/OS V1R11 does it: IkeInitWait before it is sent again, twice as long each time, IkeRetries times.</summary>
/// <remarks>By default a request leaves at 0, 2, 6, 14, 30, 62 and 126 s and is given up at 254 s.</remarks>
/// <param name="InitialWait">IkeInitWait, from the first sending to the second.</param>
/// <param name="Retries">IkeRetries, sendings after the first.</param>
public readonly record struct RetransmissionModel(TimeSpan InitialWait, int Retries)
{
    /// <summary>2 s and 6.</summary>
    public static RetransmissionModel Default => new(TimeSpan.FromSeconds(2), 6);

    /// <summary>From the sending of that number, counted from 1, to the next one or to giving up.</summary>
    public TimeSpan WaitAfter(int sends) => InitialWait * Math.Pow(2, sends - 1);

    /// <summary>Whether a request sent so often is given up when its wait ends.</summary>
    public bool IsLast(int sends) => sends > Retries;
}
