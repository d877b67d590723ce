using IpsecDp.Adapters.Windows.Filters;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Adapters.Windows;

/// <summary>A capture in the host's own path through WinDivert: three kinds of handles, of which a crash leaves the one standing that drops what must not leave in clear.</summary>
/// <remarks>
/// <code>
/// host ─▶ capture (high) ─▶ the line ─▶ inject (lowest) ─▶ network
///              │ closed, crashed
///              └▶ guard (middle, DROP, another process) ✗
/// </code>
/// Everything this process sends leaves through the handle at the bottom, below the guard: ESP, opened packets, and packets policy lets pass.
/// </remarks>
public sealed class WinDivertCapture : IDisposable
{
    private readonly WinDivertOptions _options;
    private readonly IDivertHandle _inject;
    private readonly ClearFace _clear;
    private readonly CipherFace _cipher;
    private readonly DivertSender _toHost;
    private readonly DivertSender _toNetwork;
    private readonly Lock _changing = new();
    private List<CaptureReader> _readers = [];
    private List<CaptureReader> _leaving = [];
    private DivertFilters _filters;
    private int _facesOpen = 2;
    private bool _isDisposed;

    private WinDivertCapture(WinDivertOptions options, DivertFilters filters)
    {
        (_options, _filters) = (options, filters);
        _inject = options.Driver.Open("false", WinDivertLayer.Network, DivertPriority.Inject, WinDivertFlags.SendOnly);
        Version = _inject.Get(WinDivertParameter.VersionMajor, out var major) == 0 && _inject.Get(WinDivertParameter.VersionMinor, out var minor) == 0 ? $"{major}.{minor}" : "of unknown version";
        var mtu = options.Mtu ?? InterfaceMtu.Smallest([.. options.Plan.OwnEnds.Select(own => own.ToIPAddress())]);
        var settings = new CaptureSettings(mtu, options.ProtectedMtu ?? mtu - WinDivertOptions.MostOverhead, options.Buffers, new InterfaceMemory());
        var outboxes = new OutboxStock();
        _toHost = new DivertSender(_inject, outboxes, settings, new PortCounters());
        _toNetwork = new DivertSender(_inject, outboxes, settings, new PortCounters());
        var sorter = new CaptureSorter(options.Plan);
        _clear = new ClearFace(settings, _toHost, LeaveFace) { Sorter = sorter };
        _cipher = new CipherFace(settings, _toNetwork, options.SortsArrivals, LeaveFace) { Sorter = sorter };
    }

    /// <summary>The host's side.</summary>
    public IClearPort Clear => _clear;

    /// <summary>The network's side.</summary>
    public ICipherPort Cipher => _cipher;

    /// <summary>The driver's version, as <c>2.2</c>.</summary>
    public string Version { get; }

    /// <summary>The filters in force.</summary>
    public DivertFilters Filters => _filters;

    /// <summary>What ended a handle by itself, in a sentence; null while all are well. The guard holds meanwhile.</summary>
    public string? Failure => (_clear.Failure, _cipher.Failure) switch
    {
        (0, 0) => null,
        (0, var error) => WinDivertError.ToException("receiving from the network", error).Message,
        (var error, _) => WinDivertError.ToException("receiving from the host", error).Message,
    };

    /// <summary>What was counted beside the ports.</summary>
    public WinDivertCounts Counts
    {
        get
        {
            lock (_changing)
            {
                return new(_toHost.Passed + _toNetwork.Passed, _toHost.Expired + _toNetwork.Expired, _readers.Concat(_leaving).Sum(reader => reader.EstimatedLosses));
            }
        }
    }

    /// <summary>One line for the operator.</summary>
    public string FeatureLine =>
        $"windivert {Version}: {_filters.Outbound.Count} filters outbound, {_filters.Protected.Count + _filters.Inbound.Count} inbound, {_filters.Clear.Count} guarded; precedence on{(_cipher.KeepsMarkedApart ? "" : " for what the host sends")}";

    /// <summary>Has the guard hold first, then takes packets; throws <see cref="AdapterException"/> with nothing left open but what the guard holds.</summary>
    public static WinDivertCapture Open(WinDivertOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var filters = DivertFilters.Of(options.Plan, options.Handles);
        options.Guard.Hold(filters.Clear);
        var capture = new WinDivertCapture(options, filters);
        try
        {
            capture._readers = capture.OpenReaders(filters);
            capture._readers.ForEach(reader => reader.Start());
            return capture;
        }
        catch
        {
            capture.Dispose();
            throw;
        }
    }

    /// <summary>From its return on the host gives up what the plan names and no more than that; throws <see cref="AdapterException"/> with the former plan in force.</summary>
    public void Take(DivertPlan plan)
    {
        BeginChange(plan);
        EndChange();
    }

    /// <summary>Takes what a new plan names beside what the old one names, the guard before the capture; throws <see cref="AdapterException"/> with the old plan in force. Control publishes its rules and then calls <see cref="EndChange"/>.</summary>
    public void BeginChange(DivertPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_leaving.Count > 0)
            {
                throw new InvalidOperationException("the change before has not ended");
            }

            var filters = DivertFilters.Of(plan, _options.Handles);
            _options.Guard.Hold([.. _filters.Clear, .. filters.Clear]);
            List<CaptureReader> opened;
            try
            {
                opened = OpenReaders(filters);
            }
            catch (AdapterException)
            {
                _options.Guard.Hold(_filters.Clear);
                throw;
            }

            (_leaving, _readers, _filters) = (_readers, opened, filters);
            var sorter = new CaptureSorter(plan);
            (_clear.Sorter, _cipher.Sorter) = (sorter, sorter);
            opened.ForEach(reader => reader.Start());
        }
    }

    /// <summary>Reads out what the old plan's handles still hold, closes them, and has the guard let go of what only they named.</summary>
    public void EndChange()
    {
        lock (_changing)
        {
            Close(_leaving);
            _leaving = [];
            _options.Guard.Hold(_filters.Clear);
        }
    }

    /// <summary>Stops in order: what the driver still holds is read and dropped, not given back. The guard goes on until its owner ends it.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _clear.Interrupt();
            _cipher.Interrupt();
            Close(_leaving);
            Close(_readers);
        }

        _clear.Dispose();
        _cipher.Dispose();
    }

    // A handle opened later is higher: the new plan's see a packet before the old plan's do.
    private List<CaptureReader> OpenReaders(DivertFilters filters)
    {
        var opened = new List<CaptureReader>();
        try
        {
            // ESP between hosts whose clear packets are named, too, is for its own handles, which are opened behind and so stand higher.
            // So do those of marked packets. The others' filters are not narrowed by it: what a handle for marked ones does not take, they do.
            foreach (var filter in filters.Inbound.Concat(filters.Protected).Concat(_options.SortsArrivals ? Marked(filters.Protected) : []))
            {
                opened.Add(OpenReader(filter, _cipher, $"windivert in {opened.Count}"));
            }

            foreach (var filter in filters.Outbound.Concat(Marked(filters.Outbound)))
            {
                opened.Add(OpenReader(filter, _clear, $"windivert out {opened.Count}"));
            }

            return opened;
        }
        catch
        {
            Close(opened);
            throw;
        }
    }

    private static IEnumerable<DivertFilter> Marked(IReadOnlyList<DivertFilter> filters) => filters.Select(static filter => filter.Marked());

    private CaptureReader OpenReader(DivertFilter filter, CaptureFace face, string name)
    {
        var handle = _options.Driver.Open(filter.Text, WinDivertLayer.Network, DivertPriority.Capture, WinDivertFlags.ReceiveOnly);
        try
        {
            return new CaptureReader(handle, filter, face, _options, name);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void Close(List<CaptureReader> readers) => readers.ForEach(reader => reader.Dispose());

    // The last call inside either face may still inject.
    private void LeaveFace()
    {
        if (Interlocked.Decrement(ref _facesOpen) == 0)
        {
            _inject.Dispose();
        }
    }
}
