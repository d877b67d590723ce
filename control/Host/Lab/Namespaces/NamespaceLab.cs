using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Capture;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Two hosts in network namespaces of this machine: real interfaces, kernels' own TCP and UDP, a data plane process on each, and a capture on the wire between.</summary>
internal sealed class NamespaceLab(LabOptions options)
{
    private const uint SpiToB = 0x0a000001;
    private const uint SpiToA = 0x0b000001;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBeginning = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDying = TimeSpan.FromSeconds(15);

    private readonly CpuLedger _ledger = new();

    /// <summary>Runs the applications; <paramref name="progress"/> is told ten times a second. Throws <see cref="LabException"/> with a sentence for the operator and leaves nothing behind.</summary>
    public LabResult Run(Action<LabProgress> progress, CancellationToken cancellation)
    {
        try
        {
            RequirePrivileges();
            LabIdentity.RemoveLeftovers();
            return RunInside(progress, cancellation);
        }
        catch (AdapterException refusal)
        {
            throw new LabException(refusal.Message, refusal);
        }
        catch (SocketException refusal)
        {
            throw new LabException($"a socket of the lab's applications failed: {refusal.Message}", refusal);
        }
        catch (OperationCanceledException)
        {
            throw new LabException("it was interrupted before the data planes were ready; all of it was taken away");
        }
    }

    private static void RequirePrivileges()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LabException("--namespaces needs Linux: leave it out for a lab in memory");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabException("--namespaces needs root, because it makes network namespaces: start it with sudo, or leave it out for a lab in memory");
        }
    }

    private LabResult RunInside(Action<LabProgress> progress, CancellationToken cancellation)
    {
        using var network = new LabNetwork(options.Family, isBehindTun: options.Capture == CaptureKind.Tun);
        using var folder = new SecretFolder(RunIdentity.FolderOf(LabIdentity.Names.Own));
        using var recorder = WireRecorder.Create(options.CaptureFile);
        using var wire = new WireWatch(network.A, network.B, options.Suite, options.IsInUdp, recorder);
        var (policyOfA, policyOfB) = WritePolicies(network, folder);
        using var planeOfB = new PlaneProcess(network.B, network.A, policyOfB, options with { KeysFile = null, IkeKeysFile = null });
        if (options.UsesIke)
        {
            // A's first message then finds B listening, and nobody waits for its repetition.
            planeOfB.AwaitReady(cancellation);
        }

        using var planeOfA = new PlaneProcess(network.A, network.B, policyOfA, options);
        planeOfA.AwaitReady(cancellation);
        planeOfB.AwaitReady(cancellation);
        if (options.UsesIke)
        {
            planeOfA.AwaitTunnel(cancellation);
            planeOfB.AwaitTunnel(cancellation);
        }

        if (options.Capture == CaptureKind.Tun)
        {
            Deepen(network.A);
            Deepen(network.B);
        }

        LabResult result;
        KernelDrops drops;
        WireSummary? seen;
        using (var traffic = new NamespaceTraffic(network.A, network.B))
        {
            void Check() => RequireHealth(planeOfA, planeOfB, traffic, wire);
            var elapsed = Measure(traffic, progress, Check, cancellation);
            traffic.Settle(Check);
            drops = KernelDrops.Read(network.A).Plus(KernelDrops.Read(network.B));
            // Without its data plane a host speaks in clear in its own path, so the proof ends before.
            seen = options.Capture == CaptureKind.Nfqueue ? wire.Stop() : null;
            result = Merge(elapsed, traffic, planeOfA.Stop(), planeOfB.Stop());
        }

        return result with { Wire = (seen ?? wire.Stop()) with { KernelDrops = drops }, Capture = recorder?.Describe(), IsInterrupted = cancellation.IsCancellationRequested };
    }

    // Datagram senders do not slow down while a busy machine keeps the data plane from its queue.
    private static void Deepen(LabSite site) => site.Space.Ip("link", "set", LabSite.Tun, "txqueuelen", "10000");

    private (string A, string B) WritePolicies(LabNetwork network, SecretFolder folder)
    {
        if (options.UsesIke)
        {
            var (exchangeOfA, exchangeOfB) = LabExchangeText.Write(options, LabExchangeText.Of(network.A), LabExchangeText.Of(network.B));
            var files = (folder.Write("a.policy", exchangeOfA), folder.Write("b.policy", exchangeOfB));
            CryptographicOperations.ZeroMemory(exchangeOfA);
            CryptographicOperations.ZeroMemory(exchangeOfB);
            return files;
        }

        using var toB = new LabKeyring(options.Suite, SpiToB);
        using var toA = new LabKeyring(options.Suite, SpiToA);
        if (options.KeysFile is { } file)
        {
            WiresharkKeys.Write(file, options.Suite, (network.A, network.B, toB), (network.B, network.A, toA));
        }

        var textOfA = LabPolicyText.Write(network.A, network.B, options, toB, toA);
        var textOfB = LabPolicyText.Write(network.B, network.A, options, toA, toB);
        var paths = (folder.Write("a.policy", textOfA), folder.Write("b.policy", textOfB));
        CryptographicOperations.ZeroMemory(textOfA);
        CryptographicOperations.ZeroMemory(textOfB);
        return paths;
    }

    private TimeSpan Measure(NamespaceTraffic traffic, Action<LabProgress> progress, Action check, CancellationToken cancellation)
    {
        traffic.Start();
        var started = Stopwatch.GetTimestamp();
        // On a machine so busy that an application has not begun within the duration, it is waited for: a class that sent nothing says nothing.
        while (Stopwatch.GetElapsedTime(started) is var elapsed && (elapsed < options.Duration || (!traffic.HasBegun && elapsed < options.Duration + LongestBeginning)))
        {
            check();
            progress(new LabProgress(elapsed, options.Duration, traffic.Delivered, traffic.DeliveredOctets));
            var rest = elapsed < options.Duration ? options.Duration - elapsed : Interval;
            if (cancellation.WaitHandle.WaitOne(rest < Interval ? rest : Interval))
            {
                break;
            }
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private LabResult Merge(TimeSpan elapsed, NamespaceTraffic traffic, DaemonReport a, DaemonReport b)
    {
        // All that this process did was to send, receive and watch.
        var own = _ledger.Snapshot();
        var lab = CpuSnapshot.Of(account => account == CpuAccount.Workload ? own.ProcessSeconds : 0, own.ProcessSeconds, own.Wall);
        return new LabResult
        {
            Options = options,
            Elapsed = elapsed,
            Cpu = a.Cpu.Plus(b.Cpu).Plus(lab),
            SteadyPackets = a.Memory.Packets + b.Memory.Packets,
            AllocatedBytes = a.Memory.AllocatedBytes + b.Memory.AllocatedBytes,
            Collections = a.Memory.Collections + b.Memory.Collections,
            Agreed = a.Negotiations.Count > 0 ? a.Negotiations[0].Agreed : null,
            Traffic = traffic.Report(),
            GeneralThreads = a.GeneralThreads,
            Planes = [a.Plane, b.Plane],
            OutstandingBuffers = a.OutstandingBuffers + b.OutstandingBuffers,
        };
    }

    private static void RequireHealth(PlaneProcess a, PlaneProcess b, NamespaceTraffic traffic, WireWatch wire)
    {
        a.RequireRunning();
        b.RequireRunning();
        if ((traffic.Failure ?? wire.Failure) is { } failure)
        {
            // A data plane that dies takes its interface away, and the applications feel that first: on a machine with much to do, seconds before its end is seen.
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < LongestDying;)
            {
                a.RequireRunning(Interval);
                b.RequireRunning(Interval);
            }

            throw new LabException($"an application of the lab failed: {failure.Message}", failure);
        }
    }
}
