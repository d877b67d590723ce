using IpsecDp.Engines;

namespace Offload.Tests.Engines.Order;

/// <summary>
/// Carries one thread one step further: its call runs again from the start with the results it saw, takes one step that is
/// its own to take, and is cut off at the step after. So the shipped code itself is stepped, without threads.
/// </summary>
internal sealed class Schedule(ModelJob[] jobs)
{
    [ThreadStatic]
    private static Schedule? _current;

    private State _state = null!;
    private int _thread;
    private int _cursor;
    private bool _stepped;
    private bool _cut;

    public static Schedule Current => _current!;

    public ModelJob[] Jobs { get; } = jobs;

    public ICellMap Map { get; set; } = null!;

    public ManualResetEventSlim Gate { get; } = new();

    /// <summary>What went wrong in the last step; null if nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>Runs the call until it has taken one step; true if the call came to its end. The step may have been impossible (a closed gate): then <see cref="Stepped"/> is false.</summary>
    public bool Advance(State state, int thread, Action call)
    {
        _current = this;
        _state = state;
        _thread = thread;
        _cursor = 0;
        _stepped = false;
        _cut = false;
        Violation = null;
        try
        {
            call();
            return !_cut;
        }
        catch (CutException)
        {
            return false;
        }
    }

    public bool Stepped => _stepped;

    public int Perform(Step step)
    {
        var seen = _state.Threads[_thread].Seen;
        if (!_cut && _cursor < seen.Count)
        {
            return seen[_cursor++];
        }

        if (_cut || _stepped || !IsPossible(step))
        {
            _cut = true;
            throw CutException.Instance;
        }

        _stepped = true;
        var result = _state.Execute(_thread, step, out var violation);
        Violation ??= violation;
        seen.Add(result);
        _cursor++;
        return result;
    }

    public void Fail(string violation) => Violation ??= violation;

    public static int Encode(LaneJob? job) => job is null ? 0 : ((ModelJob)job).Number + 1;

    public LaneJob? Decode(int value) => value == 0 ? null : Jobs[value - 1];

    private bool IsPossible(Step step) => step.Kind != StepKind.GateWait || _state.Memory[Memory.GateIsOpen] != 0;

    private sealed class CutException : Exception
    {
        public static readonly CutException Instance = new();
    }
}
