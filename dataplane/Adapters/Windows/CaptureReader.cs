using System.Collections.Concurrent;
using IpsecDp.Adapters.Windows.Filters;

namespace IpsecDp.Adapters.Windows;

/// <summary>One handle and the one thread that reads it, so that its packets keep their order; stopped by shutdown, join and close.</summary>
internal sealed class CaptureReader : IDisposable
{
    // The one is emptied while the other is filled.
    private const int Arenas = 2;

    private const ulong QueuePackets = 16384;
    private const ulong QueueOctets = 33554432;
    private const ulong QueueMilliseconds = 16000;

    // Errors that pass; this many in a row do not.
    private const int MostErrorsInARow = 16;

    private readonly IDivertHandle _handle;
    private readonly CaptureFace _face;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<CaptureArena> _free = new();
    private readonly AutoResetEvent _freed = new(initialState: false);
    private readonly Thread _thread;
    private readonly LossEstimate _losses;
    private volatile bool _isStopping;
    private bool _isStarted;

    /// <summary>Takes over the handle and sets its queue to the largest there is; throws <see cref="AdapterException"/>.</summary>
    public CaptureReader(IDivertHandle handle, DivertFilter filter, CaptureFace face, WinDivertOptions options, string name)
    {
        (_handle, _face, _time, Filter) = (handle, face, options.Time, filter);
        Set(WinDivertParameter.QueueLength, QueuePackets);
        Set(WinDivertParameter.QueueSize, QueueOctets);
        Set(WinDivertParameter.QueueTime, QueueMilliseconds);
        _losses = new LossEstimate((int)QueuePackets, (long)QueueOctets, _time.TimestampFrequency * (long)QueueMilliseconds / 1000);
        for (var i = 0; i < Arenas; i++)
        {
            _free.Enqueue(new CaptureArena(this, options.BatchOctets));
        }

        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>What it takes out.</summary>
    public DivertFilter Filter { get; }

    /// <summary>Packets the driver has probably dropped.</summary>
    public long EstimatedLosses => _losses.Lost;

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>Takes an arena back.</summary>
    public void GiveBack(CaptureArena arena)
    {
        _free.Enqueue(arena);
        _freed.Set();
    }

    /// <summary>Lets the driver queue nothing more and reads what waits, to the face as long as that takes it.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _ = _handle.Shutdown(WinDivertShutdown.Receive);
        _freed.Set();
        if (_isStarted)
        {
            _thread.Join();
        }

        // The face may still have an arena to give back, so the event lives as long as they do.
        _handle.Dispose();
    }

    private void Run()
    {
        for (var errors = 0; errors < MostErrorsInARow;)
        {
            var arena = TakeFree();
            var error = arena.Fill(_handle);
            if (error == 0 && arena.Count > 0)
            {
                errors = 0;
                _losses.Note(arena.FirstTime, arena.LastTime, arena.Count, arena.Length, _time.GetTimestamp());
                _face.Offer(arena);
                continue;
            }

            GiveBack(arena);
            if (error is WinDivertError.NoData or WinDivertError.InvalidHandle or WinDivertError.BadCommand)
            {
                End(error);
                return;
            }

            _face.CountFailure();
            errors = error == WinDivertError.InsufficientBuffer ? 0 : errors + 1;
            if (errors == MostErrorsInARow)
            {
                End(error);
            }
        }
    }

    private void End(int error)
    {
        if (!_isStopping)
        {
            _face.Fail(error);
        }
    }

    // A face that is gone gives nothing back: what the driver still had is read over and over into an arena of its own, and so never leaves.
    private CaptureArena TakeFree()
    {
        while (true)
        {
            if (_free.TryDequeue(out var arena))
            {
                return arena;
            }

            if (_isStopping && _face.IsEnded)
            {
                return new CaptureArena(this, 1 << 17);
            }

            _freed.WaitOne();
        }
    }

    private void Set(WinDivertParameter parameter, ulong value)
    {
        var error = _handle.Set(parameter, value);
        if (error != 0)
        {
            throw WinDivertError.ToException($"setting WinDivert's {parameter} to {value}", error);
        }
    }
}
