using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Reports;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>Where packets of a trial were lost, from the counts of whoever lost them.</summary>
internal static class LossBooks
{
    /// <summary>Where the kernels say that several of their queues lost frames: how many packets each of them lost is not known, as a superframe counts as one frame.</summary>
    public const string Kernels = "in the kernels' queues, which count a superframe as one";

    /// <summary>Names for <paramref name="missing"/> packets. Packets beside the load are counted, too, by planes and kernels, so nobody is said to have lost more than is missing.</summary>
    /// <param name="missing">Packets that were offered and did not arrive.</param>
    /// <param name="atRing">Of them those that found the load's ring full, and those the kernel refused.</param>
    /// <param name="planes">What the data planes of hosts A and B lost in the trial, by name.</param>
    /// <param name="kernels">What the kernels of hosts A and B lost in the trial.</param>
    public static IReadOnlyDictionary<string, long> Name(long missing, (long Full, long Refused) atRing, IEnumerable<KeyValuePair<string, long>> planes, (KernelDrops A, KernelDrops B) kernels)
    {
        Dictionary<string, long> lost = [];
        var left = missing;
        Take("at the full ring of the load", atRing.Full);
        Take("refused by host A's kernel", atRing.Refused);
        foreach (var (name, count) in planes)
        {
            Take(name, count);
        }

        (string Name, long Frames)[] counted = [.. Of("A", kernels.A).Concat(Of("B", kernels.B)).Where(static entry => entry.Frames > 0)];
        if (counted.Length == 1 || counted.Sum(static entry => entry.Frames) == left)
        {
            foreach (var (name, frames) in counted)
            {
                Take(name, counted.Length == 1 ? left : frames);
            }
        }
        else if (counted.Length > 1)
        {
            Take(Kernels, left);
        }

        return lost;

        void Take(string name, long count)
        {
            var taken = Math.Min(count, left);
            if (taken > 0)
            {
                lost[name] = lost.GetValueOrDefault(name) + taken;
                left -= taken;
            }
        }
    }

    /// <summary>What both planes lost between two readings.</summary>
    public static IEnumerable<KeyValuePair<string, long>> Between((PlaneReading A, PlaneReading B) before, (PlaneReading A, PlaneReading B) after) =>
        Since("A", before.A, after.A).Concat(Since("B", before.B, after.B));

    private static IEnumerable<KeyValuePair<string, long>> Since(string host, PlaneReading before, PlaneReading after) =>
        after.Lost.Select(entry => KeyValuePair.Create($"host {host}: {entry.Key}", entry.Value - before.Lost.GetValueOrDefault(entry.Key)));

    private static (string Name, long Frames)[] Of(string host, KernelDrops drops) =>
    [
        ($"at the full queue of host {host}'s TUN interface", drops.TunQueueFull),
        ($"at host {host}'s link", drops.LinkQueueFull),
        ($"at full sockets of host {host}", drops.SocketFull),
        ($"at the full NFQUEUE of host {host}", drops.CaptureQueueFull),
    ];
}
