using System.Diagnostics;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Throughput.Line;

/// <summary>A thread for each queue, asleep between rounds; the first is the caller's.</summary>
internal sealed class LineCrew : IDisposable
{
    private readonly IReadOnlyList<LineQueue> _queues;
    private readonly List<Thread> _threads = [];
    private readonly List<SemaphoreSlim> _calls = [];
    private string? _failure;
    private int _batches;
    private bool _isNumbered;
    private bool _isOver;
    private int _isCarrying;
    private int _round;
    private int _awake;
    private int _busy;

    /// <summary>Starts the threads; the thread that made the crew uses and disposes it.</summary>
    public LineCrew(IReadOnlyList<LineQueue> queues, CpuLedger ledger)
    {
        _queues = queues;
        foreach (var queue in queues.Skip(1))
        {
            var call = new SemaphoreSlim(0);
            var name = $"line {_calls.Count + 1}";
            _calls.Add(call);
            var thread = new Thread(() => Work(queue, call, name, ledger)) { IsBackground = true, Name = name };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Whether a round is under way.</summary>
    public bool IsCarrying => Volatile.Read(ref _isCarrying) != 0;

    /// <summary>Lets every queue carry that many batches at once and returns the time from the first's start to the last's end.</summary>
    public TimeSpan Carry(int batches, bool isNumbered)
    {
        (_batches, _isNumbered, _awake, _busy) = (batches, isNumbered, 0, _calls.Count);
        Volatile.Write(ref _isCarrying, 1);
        foreach (var call in _calls)
        {
            call.Release();
        }

        // All of them awake: a round must not contain the machine's slowness to wake a thread.
        Await(ref _awake, _calls.Count);
        var start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _round, _round + 1);
        _queues[0].Carry(batches, isNumbered);
        Await(ref _busy, 0);
        var elapsed = Stopwatch.GetElapsedTime(start);
        Volatile.Write(ref _isCarrying, 0);
        return Volatile.Read(ref _failure) is { } failure ? throw new InvalidOperationException(failure) : elapsed;
    }

    /// <summary>Makes the round under way fail; the caller interrupts what the queues wait for.</summary>
    public void Fail(string reason) => Volatile.Write(ref _failure, reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        foreach (var call in _calls)
        {
            call.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var call in _calls)
        {
            call.Dispose();
        }
    }

    private static void Await(ref int count, int wanted)
    {
        var wait = default(SpinWait);
        while (Volatile.Read(ref count) != wanted)
        {
            // Never asleep: a millisecond of sleep would be part of the round.
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Work(LineQueue queue, SemaphoreSlim call, string name, CpuLedger ledger)
    {
        using var meter = ledger.Register(name, CpuAccount.General);
        for (var round = 1; ; round++)
        {
            call.Wait();
            if (_isOver)
            {
                return;
            }

            Interlocked.Increment(ref _awake);
            Await(ref _round, round);
            queue.Carry(_batches, _isNumbered);
            Interlocked.Decrement(ref _busy);
        }
    }
}
