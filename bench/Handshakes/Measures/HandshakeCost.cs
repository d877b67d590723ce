using System.Diagnostics;
using IpsecDp.Handshakes.Parties;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Handshakes.Measures;

/// <summary>CPU time of both ends together from the first request to both pairs of SAs, in rounds.</summary>
internal static class HandshakeCost
{
    private const int InARound = 100;
    private const int WarmRounds = 5;

    /// <summary>Runs so many handshakes after a warm-up and prints what they cost.</summary>
    public static void Run(int handshakes, TextWriter output)
    {
        var (left, right) = (Models.Address("192.0.2.1"), Models.Address("192.0.2.2"));
        var rounds = Math.Max(1, handshakes / InARound);
        var costs = new List<double>();
        var octets = new List<double>();
        for (var round = -WarmRounds; round < rounds; round++)
        {
            using var responder = new MemoryParty(Models.Responder(right, new LimitsModel { CookiesFrom = 4096, CookiesFromOnePeer = 4096, HalfOpenOfOnePeer = 4096 }));
            using var initiator = new MemoryParty(Models.Initiator(right, 0, InARound, number => new IpAddress(left.Value + (uint)(256 * number), IpVersion.V4)));
            var (cpu, allocated) = (Cpu(), GC.GetAllocatedBytesForCurrentThread());
            for (var number = 0; number < InARound; number++)
            {
                initiator.Order(new IkeCommand.Initiate(Models.Name(number), Models.Child));
                MemoryParty.Talk(initiator, responder);
            }

            if (initiator.Children != InARound || responder.Children != InARound)
            {
                throw new InvalidOperationException($"{initiator.Children} and {responder.Children} of {InARound} came to be: {initiator.Trouble ?? responder.Trouble}");
            }

            if (round >= 0)
            {
                costs.Add((Cpu() - cpu).TotalMilliseconds / InARound);
                octets.Add((double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / InARound);
            }
        }

        costs.Sort();
        output.WriteLine($"{rounds} rounds of {InARound} handshakes (PSK, Curve25519, AES-GCM), CPU of both ends together: {costs[costs.Count / 2]:0.000} ms by the middle round, {costs[0]:0.000} to {costs[^1]:0.000}; {octets.Average() / 1024:0.0} KiB allocated");
    }

    private static TimeSpan Cpu()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }
}
