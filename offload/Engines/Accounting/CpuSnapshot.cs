namespace IpsecDp.Engines.Accounting;

/// <summary>CPU seconds per account over a span of time.</summary>
public sealed class CpuSnapshot
{
    private readonly long[] _accounts;
    private readonly long _process;

    internal CpuSnapshot(long[] accounts, long process, TimeSpan wall, Disturbance disturbance)
    {
        _accounts = accounts;
        _process = process;
        Wall = wall;
        Disturbance = disturbance;
    }

    /// <summary>Length of the span.</summary>
    public TimeSpan Wall { get; }

    /// <summary>What of the machine and the runtime disturbed the span.</summary>
    public Disturbance Disturbance { get; }

    /// <summary>CPU seconds of the process.</summary>
    public double ProcessSeconds => _process / 1e9;

    /// <summary>CPU seconds of all accounts.</summary>
    public double AttributedSeconds => _accounts.Sum() / 1e9;

    /// <summary>Process minus all accounts: the runtime's own threads and threads that were not registered.</summary>
    public double NotAttributedSeconds => ProcessSeconds - AttributedSeconds;

    /// <summary>CPU seconds of the product's accounts, that is all but <see cref="CpuAccount.Workload"/>.</summary>
    public double ProductSeconds => CpuAccounts.All.Where(account => account.IsProduct()).Sum(account => this[account]);

    /// <summary>CPU seconds of an account.</summary>
    public double this[CpuAccount account] => _accounts[(int)account] / 1e9;

    /// <summary>A snapshot from figures that came from elsewhere, as another process's report.</summary>
    public static CpuSnapshot Of(Func<CpuAccount, double> secondsOf, double processSeconds, TimeSpan wall) =>
        new([.. CpuAccounts.All.Select(account => (long)(secondsOf(account) * 1e9))], (long)(processSeconds * 1e9), wall, default);

    /// <summary>The two processes' seconds together over the longer of the spans.</summary>
    public CpuSnapshot Plus(CpuSnapshot other) =>
        Of(account => this[account] + other[account], ProcessSeconds + other.ProcessSeconds, Wall > other.Wall ? Wall : other.Wall);

    /// <summary>The span between an earlier snapshot of the same ledger and this one.</summary>
    public CpuSnapshot Since(CpuSnapshot earlier)
    {
        var accounts = new long[CpuAccounts.Count];
        for (var account = 0; account < accounts.Length; account++)
        {
            accounts[account] = _accounts[account] - earlier._accounts[account];
        }

        return new CpuSnapshot(accounts, _process - earlier._process, Wall - earlier.Wall, Disturbance - earlier.Disturbance);
    }
}
