using System.Diagnostics;
using IpsecDp.Handshakes.Parties;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Handshakes.Measures;

/// <summary>What established IKE SAs with a child each hold at a responder; the peers are made and thrown away in portions.</summary>
internal static class SessionMemory
{
    private const int InAPortion = 500;

    /// <summary>Establishes so many and prints live heap and resident memory.</summary>
    public static void Run(int sessions, TextWriter output)
    {
        var own = Models.Address("192.0.2.2");
        using var responder = new MemoryParty(Models.Responder(own, new LimitsModel { CookiesFrom = 4096, HalfOpen = 8192 }));
        Establish(responder, own, 0, InAPortion);
        var (heap, resident) = Read();
        for (var from = InAPortion; from < sessions + InAPortion; from += InAPortion)
        {
            Establish(responder, own, from, InAPortion);
        }

        var (heapAfter, residentAfter) = Read();
        var made = responder.Endpoint.Established.Count - InAPortion;
        output.WriteLine($"{made} IKE SAs with a child each: {(heapAfter - heap) / 1048576.0:0.0} MiB of live heap, {(double)(heapAfter - heap) / made:0} octets each; resident {(residentAfter - resident) / 1048576.0:0.0} MiB more, {residentAfter / 1048576.0:0.0} MiB in all; {Process.GetCurrentProcess().Threads.Count} threads");
    }

    private static void Establish(MemoryParty responder, IpAddress own, int from, int count)
    {
        using var peers = new MemoryParty(Models.Initiator(own, from, count, number => new IpAddress(0x0A80_0000u + (uint)number, IpVersion.V4)));
        for (var number = from; number < from + count; number++)
        {
            peers.Order(new IkeCommand.Initiate(Models.Name(number), Models.Child));
            MemoryParty.Talk(peers, responder);
        }

        if (peers.Children != count)
        {
            throw new InvalidOperationException($"{peers.Children} of {count} came to be: {peers.Trouble ?? responder.Trouble}");
        }
    }

    private static (long Heap, long Resident) Read()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }
}
