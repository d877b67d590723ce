using System.Globalization;

namespace IpsecDp.Engines.Pinning;

/// <summary>Which processor each kind of thread of a data plane is bound to; null and an empty list leave it to the scheduler.</summary>
/// <param name="Outbound">The processor of the general thread that reads the clear side.</param>
/// <param name="Inbound">The processor of the general thread that reads the cipher side.</param>
/// <param name="Engines">The processors of the engines in turn.</param>
public sealed record ThreadPlacement(int? Outbound, int? Inbound, IReadOnlyList<int> Engines)
{
    /// <summary>Everything is left to the scheduler.</summary>
    public static ThreadPlacement Free { get; } = new(null, null, []);

    /// <summary>Processors the general threads take in turn where there are others than the two; empty leaves each to its direction.</summary>
    public IReadOnlyList<int> General { get; init; } = [];

    /// <summary>Processors on one of which the general threads sit together while little comes (<see cref="Gathering"/>); empty leaves each where it is.</summary>
    public IReadOnlyList<int> Gathers { get; init; } = [];

    /// <summary>The processor of a direction's thread; queue 0 is its first.</summary>
    public int? ProcessorOf(bool isOutbound, int queue)
    {
        var first = isOutbound ? Outbound : Inbound;
        return General.Count == 0 ? first : General[((isOutbound ? 0 : 1) + (2 * queue)) % General.Count];
    }

    /// <summary>Whether engines that have no processor of their own run on those of the bound general threads. Several would crowd on the busier one.</summary>
    public bool EnginesFollow(int engines) => engines == 1 && Outbound is not null && Engines.Count == 0;

    /// <summary>The general threads on two processors, the engines on those of <paramref name="allowed"/> that are left.</summary>
    public static ThreadPlacement Apart(int outbound, int inbound, IReadOnlyList<int> allowed) =>
        new(outbound, inbound, [.. allowed.Where(processor => processor != outbound && processor != inbound)]);

    /// <summary>The two directions on processors of their own where one is left for whoever uses the data plane; free elsewhere, because a bound thread waits for its processor while another is idle.</summary>
    /// <param name="allowed">Processors the process may use.</param>
    /// <param name="generalThreads">Threads that read ports.</param>
    /// <param name="engines">Specialty engines.</param>
    public static ThreadPlacement Automatic(IReadOnlyList<int> allowed, int generalThreads, int engines) =>
        generalThreads == 2 && allowed.Count > generalThreads + engines ? Apart(allowed[0], allowed[1], allowed) : Free;

    /// <inheritdoc/>
    public override string ToString()
    {
        var together = Gathers.Count == 0 ? "" : ", together while little comes if arrivals are on";
        if (Outbound is null && Inbound is null)
        {
            return $"threads placed by the scheduler{together}";
        }

        var general = string.Create(CultureInfo.InvariantCulture, $"outbound on processor {Outbound}, inbound on {Inbound}{together}");
        return Engines.Count == 0 ? general : $"{general}, engines on {string.Join(',', Engines)}";
    }
}
